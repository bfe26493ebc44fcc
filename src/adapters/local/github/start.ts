import { createHash, timingSafeEqual } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { SeedConfig } from 'emulate';
import type { Logger } from 'pino';
import { shopDeployments } from '../shop/deployments.ts';
import type { ShopRepository } from '../shop/repository.ts';
import { deploymentRoutes } from './deployments.ts';
import { startEmulator } from './emulator.ts';
import { refusal, type ApiHandler } from './exchange.ts';
import { listen } from './listen.ts';
import { pages } from './pages.ts';
import { pullRoutes } from './pulls.ts';
import { seedFromGit } from './seed.ts';
import { openWriteLog } from './write-log.ts';

/** The demo's GitHub. `apiUrl` is what octokit's `baseUrl` takes; commit and pull request pages are below `htmlUrl`. */
export type LocalGitHub = { apiUrl: string; htmlUrl: string; stop(): Promise<void> };

const BOT = 'sitrep-bot';

/**
 * Starts a GitHub on loopback that holds the shop's repository as `owner/name`: commits with their real
 * hashes, people and dates, past rollouts as deployments, and the branches, pull requests and
 * deployments made through it in earlier starts (kept in `home`). Its API wants `token`; its pages want none.
 */
export async function startGitHub(options: {
  home: string;
  repository: ShopRepository;
  owner: string;
  name: string;
  token: string;
  log: Pick<Logger, 'info' | 'warn'>;
  /** Where to listen; without it, any free port. */
  port?: number;
}): Promise<LocalGitHub> {
  const repository = `${options.owner}/${options.name}`;
  const listener = await listen(options.port ?? 0);
  try {
    const seed = await people(options);
    const { forward, close } = await startEmulator({ publicUrl: listener.url, login: BOT, seed });
    const { commits } = await seedFromGit({ dir: options.repository.dir, repository, send: forward });
    const { home, log } = options;
    const shop = options.repository;
    const handle = await repositoryRoutes({ home, shop, repository, url: listener.url, forward, log });
    const page = pages({ repository, handle });
    listener.serve(async (request) => {
      const shown = await page(request);
      if (shown) return shown;
      if (!isSame(request.token, options.token)) return refusal(401, 'Bad credentials');
      return handle(request);
    });
    options.log.info({ url: listener.url, repository, commits }, 'local GitHub started');
    return {
      apiUrl: listener.url,
      htmlUrl: `${listener.url}/${repository}`,
      async stop() {
        await Promise.all([listener.close(), close()]);
      },
    };
  } catch (error) {
    await listener.close();
    throw error;
  }
}

/** The people of the repository's commits, the organisation, and the account that we act as. */
async function people(options: {
  repository: ShopRepository;
  owner: string;
  name: string;
}): Promise<SeedConfig> {
  const { owner, name } = options;
  const authors = new Map(
    (await options.repository.commits()).map(({ author }) => [author.name, author.email]),
  );
  const users = [...authors].map(([login, email]) => ({ login, name: login, email }));
  return {
    github: {
      users: [{ login: BOT, name: BOT, email: `${BOT}@shop.example` }, ...users],
      orgs: [{ login: owner, members: [{ login: BOT, role: 'admin' }] }],
      repos: [{ owner, name, language: 'JavaScript', auto_init: false }],
    },
  };
}

/** Our own routes first, the emulator's for the rest. Writes that succeed are kept; the kept ones are made again now. */
async function repositoryRoutes(options: {
  home: string;
  shop: ShopRepository;
  repository: string;
  url: string;
  forward: ApiHandler;
  log: Pick<Logger, 'info' | 'warn'>;
}): Promise<ApiHandler> {
  const { repository, forward, log } = options;
  const pulls = pullRoutes({ repository, forward });
  const deployments = deploymentRoutes({
    baseUrl: options.url,
    repository,
    known: shopDeployments(options.shop).history.map(({ release: { sha, tag, at, subject, service } }) => ({
      sha,
      ref: tag,
      at,
      description: subject,
      service,
    })),
    async resolve(ref) {
      const url = new URL(`/repos/${repository}/commits/${encodeURIComponent(ref)}`, options.url);
      const { status, body } = await forward({ method: 'GET', url, body: undefined, at: new Date() });
      return status === 200 ? (body as { sha: string }).sha : undefined;
    },
  });
  const handle: ApiHandler = async (request) =>
    (await deployments(request)) ?? (await pulls(request)) ?? (await forward(request));

  const directory = join(options.home, 'github');
  await mkdir(directory, { recursive: true });
  const writes = openWriteLog({ file: join(directory, 'writes.jsonl'), look: handle });
  const { refused } = await writes.replay(handle);
  if (refused > 0) log.warn({ refused }, 'some writes of earlier starts could not be made again');
  return async (request) => {
    const answer = await handle(request);
    await writes.record(request, answer);
    return answer;
  };
}

/** Compares digests, so that neither length nor content of the token shows in the time it takes. */
function isSame(given: string | undefined, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return given !== undefined && timingSafeEqual(digest(given), digest(wanted));
}
