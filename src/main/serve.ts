import type { Logger } from 'pino';
import { deskPage } from '../adapters/http/desk-page.ts';
import { PAGE_DOOR, TERMINAL_DOOR } from '../adapters/http/door.ts';
import { hookHandler } from '../adapters/http/hooks.ts';
import { createMetrics } from '../adapters/http/metrics.ts';
import { consoleProxy } from '../adapters/http/proxy.ts';
import type { HttpServer } from '../adapters/http/server.ts';
import type { World } from '../adapters/local/world/start.ts';
import { terminalHandler } from '../adapters/http/terminal.ts';
import type { Database } from '../adapters/postgres/sql.ts';
import type { Reading } from '../adapters/slack/desk.ts';
import type { Person } from '../incident/person.ts';
import type { SlackApp } from '../adapters/slack/app.ts';
import type { Loop } from '../loop.ts';
import type { Access } from '../receive/access.ts';
import { knock } from '../receive/read.ts';
import { ringIngest } from './ingest-loop.ts';
import { readiness } from './readiness.ts';

/** Begins to answer: webhooks and Slack where this process takes them, health and metrics everywhere. */
export function serve(
  http: HttpServer,
  parts: {
    hooks: boolean;
    loop: Loop;
    reading: Reading;
    people: readonly Person[];
    access: Access;
    slack: SlackApp | null;
    database: Database;
    urgent: Database;
    world: World | null;
    mcpBlocked: () => { server: string; tool: string }[];
    log: Logger;
  },
): void {
  const { hooks, loop, reading, people, access, slack, database, urgent, world, log } = parts;
  const receive: typeof loop.receive = async (delivery) => {
    const receipt = await loop.receive(delivery);
    // What was pushed may be a runbook; whoever ingests looks for itself.
    if (receipt.taken && delivery.source === 'github' && delivery.headers['x-github-event'] === 'push')
      ringIngest(urgent);
    return receipt;
  };
  const hook = hookHandler({ knock: (head) => knock(head, access), receive, log });
  const atTheMachine = { people, desk: loop, awaiting: reading.awaiting };
  http.serve({
    hook: hooks ? hook : null,
    terminal: terminalHandler({ ...atTheMachine, door: TERMINAL_DOOR }),
    slack: slack?.listener ?? null,
    readiness: () => readiness(urgent),
    metrics: createMetrics(database, parts.mcpBlocked),
    console: world?.addresses.slack
      ? consoleProxy(new URL(world.addresses.slack.consoleUrl))
      : slack && deskPage(terminalHandler({ ...atTheMachine, door: PAGE_DOOR })),
  });
}
