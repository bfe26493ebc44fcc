import { createWriteStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { once } from 'node:events';
import { readTeamFile } from '../config/team-file.ts';
import { createCorrelator } from '../correlate/correlator.ts';
import { replay, type Past, type Replayed } from '../correlate/replay.ts';
import { counted } from '../incident/text.ts';
import type { ServiceCatalogue } from '../incident/service.ts';
import { seen } from '../correlate/place.ts';
import type { Store } from '../adapters/postgres/store/store.ts';
import { backtestHistory } from './eval-correlate-history.ts';
import { readAlertLines } from './alert-lines.ts';
import { companions, explained } from './explain-decision.ts';

export type EvalCorrelateOptions = {
  alerts?: string;
  out?: string;
  config?: string;
  explain?: string;
  history?: string;
};

const PROGRESS_EVERY = 50_000;

/** Groups the alerts of a file as the running system would have, and writes which went where. */
export async function evalCorrelateCommand(options: EvalCorrelateOptions): Promise<void> {
  if (options.history !== undefined) return evalHistory(Number(options.history), options.config);
  if (!options.alerts) throw new Error('Name the file with the alerts: --alerts alerts.jsonl');
  let malformed = 0;
  const alerts = await readAlertLines(options.alerts, (line, why) => {
    malformed += 1;
    if (malformed <= 20) console.error(`${options.alerts}:${line}: left out: ${why}`);
  });
  if (alerts.length === 0 && malformed > 0)
    throw new Error(`${options.alerts} holds no alert that can be read; one JSON object a line is.`);
  const correlator = createCorrelator(await settingsOf(options.config));
  const asked = options.explain === undefined ? null : Number(options.explain);
  const told: string[] = [];
  const replayed = replay(alerts, correlator, {
    placed: (count) => {
      if (count % PROGRESS_EVERY === 0) console.error(`${count} of ${alerts.length} alerts placed`);
    },
    decided: (decision, at) => {
      if (decision.alertId === asked) told.push(...explained(decision, at));
    },
  });
  if (options.out) await write(options.out, replayed);
  if (asked !== null) {
    if (told.length === 0) throw new Error(`Line ${asked} holds no alert; lines are counted from 0.`);
    console.log([...told, companions(asked, replayed)].join('\n'));
  }
  const quiet = [...replayed.quiet.values()].reduce((sum, ids) => sum + ids.length, 0);
  console.error(
    `${counted(alerts.length, 'alert')}, ${counted(replayed.incidents.size, 'incident')}, ${quiet} kept quiet, ${counted(malformed, 'malformed line')} left out.`,
  );
}

async function evalHistory(days: number, config: string | undefined): Promise<void> {
  if (!(days > 0)) throw new Error('--history takes a number of days, for example --history 30');
  const settings = await settingsOf(config ?? (existsSync('sitrep.yaml') ? 'sitrep.yaml' : undefined));
  // Only here: it brings the whole program along.
  const { withStore } = await import('./with-store.ts');
  await withStore(async ({ transaction }) => {
    const past = (since: Date) => transaction((store) => pastAlerts(store, since));
    console.log(await backtestHistory(past, settings, days, new Date()));
  });
}

const PAGE = 5000;

async function pastAlerts(store: Pick<Store, 'alertsSince'>, since: Date): Promise<Past[]> {
  const past: Past[] = [];
  for (let after = 0; ;) {
    const page = await store.alertsSince(since, after, PAGE);
    past.push(...page.map((alert) => ({ seen: seen(alert), endedAt: alert.endsAt })));
    const last = page.at(-1);
    if (!last || page.length < PAGE) return past;
    after = last.id;
  }
}

async function settingsOf(config: string | undefined) {
  if (config === undefined) return { catalogue: new Map() satisfies ServiceCatalogue, windowS: 600 };
  const team = readTeamFile(config, await readFile(config, 'utf8'));
  return { catalogue: team.catalogue, windowS: team.timing.correlationS };
}

async function write(file: string, { incidents, quiet }: Replayed): Promise<void> {
  const stream = createWriteStream(file);
  for (const ids of incidents.values()) {
    stream.write(`${JSON.stringify({ incident: ids.toSorted((a, b) => a - b) })}\n`);
  }
  for (const [reason, ids] of quiet) {
    stream.write(`${JSON.stringify({ suppressed: ids.toSorted((a, b) => a - b), reason })}\n`);
  }
  stream.end();
  await once(stream, 'finish');
}
