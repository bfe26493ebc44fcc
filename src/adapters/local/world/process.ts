import pino from 'pino';
import { startConsole } from '../console/console.ts';
import { startSlackStandIn } from '../slack/stand-in.ts';
import type { FromWorld, ToWorld, WorldAddresses, WorldOptions } from './options.ts';
import { startShop, type RunningShop } from './shop.ts';

// The process of the local world: Slack's stand-in with its console, and the demo shop with everything
// around it. It is told what to do over the channel to Sitrep, and ends when that channel closes.

const log = pino({ name: 'local-world', level: process.env['SITREP_LOG'] ?? 'warn' }, pino.destination(2));
const options = JSON.parse(process.env['SITREP_WORLD'] ?? '{}') as WorldOptions;
const parts: { stop(): Promise<void> | void }[] = [];

const tell = (message: FromWorld) => process.send?.(message);

let ending = false;
async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  await Promise.allSettled(parts.reverse().map((part) => part.stop()));
  process.exit(0);
}
process.on('disconnect', () => void end());
process.on('SIGTERM', () => void end());
process.on('SIGINT', () => void end());

async function start(): Promise<{ addresses: WorldAddresses; shop: RunningShop | null }> {
  const shop = options.shop ? await startShop(options, log) : null;
  if (shop) parts.push(shop);
  if (!options.slack) return { addresses: { slack: null, shop: shop?.addresses ?? null }, shop };
  const { people, channel, signingSecret, botToken } = options.slack;
  const slack = await startSlackStandIn({
    home: `${options.home}/slack`,
    signingSecret,
    botToken,
    appUrl: options.sitrepUrl,
    people,
    channel: { name: channel },
    log,
  });
  parts.push(slack);
  const pages = await startConsole({ slack, ...(shop ? { shop: shop.control } : {}), log });
  parts.push(pages);
  return {
    addresses: {
      slack: { apiUrl: slack.apiUrl, channel: slack.channel.id, consoleUrl: pages.url },
      shop: shop?.addresses ?? null,
    },
    shop,
  };
}

try {
  const { addresses, shop } = await start();
  process.on('message', (message: ToWorld) => {
    if (message.kind === 'stop') return void end();
    const { request } = message;
    const done = (error: string | null) => tell({ kind: 'done', request, error });
    if (!shop) return done('There is no demo shop here.');
    shop.control.breakShop().then(
      () => done(null),
      (error: unknown) => done(error instanceof Error ? error.message : String(error)),
    );
  });
  tell({ kind: 'ready', addresses });
} catch (error) {
  tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  await end();
}
