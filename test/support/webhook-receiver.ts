import { once } from 'node:events';
import { createServer } from 'node:http';

/** One delivery as it came. */
export type Delivery = { headers: Record<string, string | string[] | undefined>; body: any };

export type WebhookReceiver = {
  url: string;
  /** The deliveries that were accepted. */
  deliveries: Delivery[];
  /** How many were refused. */
  refused(): number;
  /** The status to answer with from now on. */
  answer(status: number): void;
  stop(): Promise<void>;
};

/** A receiver of alert webhooks that keeps what it gets. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const deliveries: Delivery[] = [];
  let status = 200;
  let refused = 0;
  const server = createServer((req, res) => {
    let text = '';
    req.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    req.on('end', () => {
      if (status < 300) deliveries.push({ headers: req.headers, body: JSON.parse(text) });
      else refused += 1;
      res.writeHead(status).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}/hooks/alertmanager`,
    deliveries,
    refused: () => refused,
    answer: (next) => (status = next),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
