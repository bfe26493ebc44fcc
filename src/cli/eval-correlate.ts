import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { once } from 'node:events';
import { readTeamFile } from '../config/team-file.ts';
import { createCorrelator } from '../correlate/correlator.ts';
import { replay, type Replayed } from '../correlate/replay.ts';
import { counted } from '../incident/text.ts';
import type { ServiceCatalogue } from '../incident/service.ts';
import { backtestHistory, type PastAlerts } from './eval-correlate-history.ts';
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
  // The store reads alerts of the past once it keeps what they were; until then there are none.
  const pastAlerts: PastAlerts = async () => [];
  console.log(await backtestHistory(pastAlerts, await settingsOf(config), days, new Date()));
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
