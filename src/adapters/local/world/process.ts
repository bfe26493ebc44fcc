import pino from 'pino';
import { startConsole } from '../console/console.ts';
import { startSlackStandIn, type SlackStandIn } from '../slack/stand-in.ts';
import type { FromWorld, ToWorld, WorldAddresses, WorldOptions } from './options.ts';
import { pressButton } from './press-button.ts';
import { startShop, type RunningShop } from './shop.ts';
import { messageOf } from '../../../incident/text.ts';

// The process of the local world: Slack's stand-in with its console, and the demo shop with everything
// around it. It is told what to do over the channel to Sitrep, and ends when that channel closes.

const log = pino({ name: 'local-world', level: process.env['SITREP_LOG'] ?? 'warn' }, pino.destination(2));
const options = JSON.parse(process.env['SITREP_WORLD'] ?? '{}') as WorldOptions;
const parts: { stop(): Promise<void> }[] = [];

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

type Running = { addresses: WorldAddresses; shop: RunningShop | null; slack: SlackStandIn | null };

async function start(): Promise<Running> {
  const shop = options.shop ? await startShop(options, log) : null;
  if (shop) parts.push(shop);
  if (!options.slack) return { addresses: { slack: null, shop: shop?.addresses ?? null }, shop, slack: null };
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
    slack,
  };
}

async function carryOut(
  message: Exclude<ToWorld, { kind: 'stop' }>,
  { shop, slack }: Running,
): Promise<void> {
  if (message.kind === 'break shop') {
    if (!shop) throw new Error('There is no demo shop here.');
    return shop.control.breakShop();
  }
  if (!slack) throw new Error('There is no stand-in for Slack here.');
  return pressButton(slack, message.person, message.actionId);
}

try {
  const running = await start();
  process.on('message', (message: ToWorld) => {
    if (message.kind === 'stop') {
      void end();
      return;
    }
    const { request } = message;
    carryOut(message, running).then(
      () => tell({ kind: 'done', request, error: null }),
      (error: unknown) => tell({ kind: 'done', request, error: messageOf(error) }),
    );
  });
  tell({ kind: 'ready', addresses: running.addresses });
} catch (error) {
  tell({ kind: 'failed', message: messageOf(error) });
  await end();
}
