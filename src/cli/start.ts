import { join } from 'node:path';
import { readConfig } from '../config.ts';
import { start, type Sitrep } from '../main.ts';
import { demoKeys } from '../main/demo-keys.ts';
import type { Role } from '../main/role.ts';
import { createLogger } from './logger.ts';

/** Platforms kill what has not ended after half a minute; better to say so oneself before. */
const STOP_MS = 28_000;

/** Starts Sitrep and stays until it is interrupted. */
export async function startCommand(role: Role): Promise<void> {
  const config = readConfig(process.env, process.cwd());
  const began = performance.now();
  // A signal while starting must still stop what had been started.
  const interrupted = new Promise<'interrupted'>((resolve) => {
    process.once('SIGINT', () => resolve('interrupted'));
    process.once('SIGTERM', () => resolve('interrupted'));
  });
  const starting = start({
    config,
    role,
    log: createLogger('warn'),
    onProgress: (text) => console.log(`  ${text}`),
  });
  const first = await Promise.race([starting, interrupted]);
  const sitrep = await starting;
  if (first !== 'interrupted') {
    for (const line of greeting(sitrep, config, performance.now() - began)) console.log(line);
    await interrupted;
  }
  console.log('\nStopping: finishing what has begun …');
  // A second interrupt means now.
  process.once('SIGINT', () => process.exit(130));
  const giveUp = setTimeout(() => {
    console.error(
      'Something has not ended in time; it is left as it is, and the next start goes on from there.',
    );
    process.exit(1);
  }, STOP_MS);
  await sitrep.stop();
  clearTimeout(giveUp);
  console.log('Stopped. Nothing is left running.');
  process.exit(0);
}

function greeting(sitrep: Sitrep, config: ReturnType<typeof readConfig>, ms: number): string[] {
  const missing = [
    ...(config.slack ? [] : ['Slack (SLACK_BOT_TOKEN, …): the console stands in for it']),
    ...(config.model ? [] : ['a model (OPENAI_API_KEY): fixes are ranked without one']),
    ...(config.databaseUrl
      ? []
      : [`PostgreSQL (DATABASE_URL): an embedded database in ${config.home} is used`]),
    ...(config.team ? [] : ['your services (sitrep.yaml): a demo shop runs instead']),
  ];
  return [
    '',
    `Sitrep is ready after ${(ms / 1000).toFixed(1)} s.`,
    '',
    ...(sitrep.world?.addresses.slack ? [`  Console   ${sitrep.url}   (this machine only)`] : []),
    `  Alerts    POST ${sitrep.url}/hooks/alertmanager`,
    `            bearer token: ${sitrep.webhook.file ? `in ${sitrep.webhook.file}` : 'SITREP_WEBHOOK_TOKEN'}`,
    ...(config.team
      ? []
      : [
          `  Terminal  PORT=${config.port} SITREP_KEY=$(cat ${join(demoKeys(config.home), 'approver')}) npx sitrep proposals --as approver`,
        ]),
    ...(missing.length > 0 ? ['', '  Missing for real use:', ...missing.map((line) => `    - ${line}`)] : []),
    ...(sitrep.problems.length > 0
      ? ['', '  Please look at:', ...sitrep.problems.map((line) => `    - ${line}`)]
      : []),
    '',
    '  Ctrl-C stops it.',
  ];
}
