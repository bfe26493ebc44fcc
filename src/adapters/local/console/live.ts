import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SlackStandIn } from '../slack/stand-in.ts';
import type { StoredMessage } from '../slack/types.ts';
import type { Change } from '../slack/workspace.ts';
import { messageHtml, messageSummary, namesOf } from './messages-html.ts';
import { inChannel } from './page.ts';
import type { ShopMonitor } from './shop-monitor.ts';
import { homeHtml, modalHtml } from './view-html.ts';

/** Keeps proxies and sleeping browsers from taking a quiet stream for a dead one. */
const HEARTBEAT_MS = 15_000;

/** Streams to one page, as server-sent events, what `userId` sees change. Ends when the page goes away. */
export function streamChanges(
  request: IncomingMessage,
  response: ServerResponse,
  userId: string,
  slack: SlackStandIn,
  monitor: ShopMonitor | undefined,
): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  const send = (event: string, data: object): void => {
    response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  send('hello', {});
  const heartbeat = setInterval(() => response.write(': still here\n\n'), HEARTBEAT_MS);
  const unsubscribe = slack.workspace.subscribe((change) => sendChange(change, userId, slack, send));
  const unwatch = monitor?.watch((update) => send('shop', update));
  request.on('close', () => {
    clearInterval(heartbeat);
    unsubscribe();
    unwatch?.();
  });
}

function sendChange(
  change: Change,
  userId: string,
  slack: SlackStandIn,
  send: (event: string, data: object) => void,
): void {
  if (change.kind === 'modal' || change.kind === 'home') {
    if (change.userId !== userId) return;
    if (change.kind === 'home')
      send('home', { html: homeHtml(slack.workspace.home(userId), namesOf(slack)).markup });
    else send('modal', { html: modalHtml(slack.workspace.modals(userId).at(-1), namesOf(slack)).markup });
    return;
  }
  const { message } = change;
  if (message.visibleTo !== undefined && message.visibleTo !== userId) return;
  const removed = change.kind === 'message-deleted';
  const place = (entry: StoredMessage, where: 'channel' | 'thread', threadTs: string | null): void =>
    send('message', {
      place: where,
      threadTs,
      ts: entry.ts,
      summary: messageSummary(entry, slack),
      html: removed && entry === message ? null : messageHtml(entry, where, slack).markup,
    });
  if (inChannel(message)) place(message, 'channel', null);
  place(message, 'thread', message.threadTs ?? message.ts);
  const parent = message.threadTs === undefined ? undefined : slack.workspace.message(message.threadTs);
  // The parent says how many replies there are.
  if (parent) place(parent, 'channel', null);
}
