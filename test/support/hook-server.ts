import pino from 'pino';
import { hookHandler, type HookLimits } from '../../src/adapters/http/hooks.ts';
import { listen } from '../../src/adapters/http/server.ts';
import type { Access } from '../../src/receive/access.ts';
import type { Delivery, Receipt } from '../../src/receive/delivery.ts';
import { knock, read } from '../../src/receive/read.ts';

/** The real server and the real reading of webhooks, over a store that keeps nothing but a count. */
export async function startHookServer(access: Access, limits?: HookLimits) {
  const taken: Delivery[] = [];
  let fail: Error | null = null;
  const http = await listen({ host: '127.0.0.1', port: 0 });
  const receive = async (delivery: Delivery): Promise<Receipt> => {
    const said = await read(delivery, access);
    if (said.kind === 'refused') return { taken: false, refusal: said.refusal };
    if (fail) throw fail;
    taken.push({ ...delivery, body: new Uint8Array() });
    const { length } = said.alerts;
    return { taken: true, alerts: length, changed: length, duplicates: 0 };
  };
  http.serve({
    hook: hookHandler(
      { knock: (head) => knock(head, access), receive, log: pino({ level: 'silent' }) },
      limits,
    ),
    slack: null,
    terminal: null,
    readiness: async () => [],
    metrics: async () => ({ contentType: 'text/plain', text: '' }),
    console: null,
  });
  return {
    url: http.url,
    port: http.port,
    taken,
    /** From now on nothing can be committed, or can again. */
    failWith: (error: Error | null) => void (fail = error),
    close: () => http.close(),
  };
}
