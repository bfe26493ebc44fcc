import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import { followRepository } from '../adapters/github/changes.ts';
import { githubReader } from '../adapters/github/reader.ts';
import type { Store } from '../adapters/postgres/store/store.ts';
import type { Team } from '../config/team-file.ts';
import { messageOf } from '../incident/text.ts';

/** One repository that is followed, with the globs of its flag files. */
type Follow = { repo: string; flagPaths: string[] };

const LEASE_S = 120;

/** The repositories of the services, those that GitHub is configured for, and those with flag files. */
export function changeSources(team: Pick<Team, 'catalogue' | 'flags'>, repos: readonly string[]): Follow[] {
  const ofServices = [...team.catalogue.values()].flatMap(({ github }) => github?.repo ?? []);
  const all = new Set([...repos, ...ofServices, ...team.flags.map(({ repo }) => repo)]);
  return [...all].map((repo) => ({
    repo,
    flagPaths: team.flags.filter((one) => one.repo === repo).flatMap(({ paths }) => paths),
  }));
}

/**
 * Keeps the record of changes up to date for as long as it runs, one repository after the other; of several processes
 * one reads a repository at a time. Apart from everything else: its pauses and failures hold nothing up.
 */
export function startChanges(options: {
  transaction: <T>(work: (store: Store) => Promise<T>) => Promise<T>;
  /** Null where no GitHub is configured; then the record is only filled by webhooks. */
  github: { token: string; apiUrl: string } | null;
  follows: readonly Follow[];
  pollS: number;
  keepDays: number;
  log: Logger;
}): { stop(): Promise<void> } {
  const { transaction, github, follows, pollS, keepDays, log } = options;
  const ending = new AbortController();
  const { signal } = ending;
  const sleep = (ms: number): Promise<void> => wait(ms, undefined, { signal, ref: false }).catch(() => {});
  const holder = randomUUID();
  const reader = github && githubReader({ ...github, userAgent: 'sitrep', sleep, signal });
  const told = new Map<string, string>();

  async function follow({ repo, flagPaths }: Follow): Promise<void> {
    if (!reader) return;
    const lease = `changes:${repo}`;
    const hold = async () =>
      !signal.aborted && (await transaction((store) => store.holdLease(lease, holder, LEASE_S))) !== null;
    try {
      if (!(await hold())) return;
      const now = () => new Date();
      await followRepository({ reader, transaction, repo, now, days: keepDays, flagPaths, stillMine: hold });
      told.delete(repo);
    } catch (error) {
      if (signal.aborted) return;
      // The same trouble each minute is told once.
      const why = messageOf(error);
      if (told.get(repo) !== why) log.warn({ err: error, repo }, 'changes could not be read; trying again');
      told.set(repo, why);
    }
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      for (const one of follows) await follow(one);
      try {
        await transaction((store) => store.forgetChanges(keepDays));
      } catch (error) {
        log.warn({ err: error }, 'old changes could not be removed; trying again');
      }
      await sleep(pollS * 1000);
    }
  }
  const running = run();

  return {
    async stop() {
      ending.abort();
      await running;
      await transaction(async (store) => {
        for (const { repo } of follows) await store.endLease(`changes:${repo}`, holder);
      }).catch(() => {
        // Without a database the leases run out by themselves.
      });
    },
  };
}
