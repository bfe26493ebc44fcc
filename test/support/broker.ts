import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '../../src/config.ts';
import { requestsToSend } from '../../src/main/outbound.ts';
import { localServer } from './local-server.ts';
import { temporaryDirectory } from './temporary-directory.ts';
import { worldOf } from './world.ts';

/** A broker whose queues can be paused, and Sitrep's configuration for it. */
export async function startBroker() {
  const paused = new Map<string, boolean | 'draining'>([
    ['orders', false],
    ['mail', false],
  ]);
  const written: { line: string; key: unknown; token: unknown; body: string }[] = [];
  const fault = { status: 0 };
  const origin = await localServer((request, response) => {
    const [, queue = '', verb] = /^\/queues\/([^/]+)(?:\/(\w+))?$/.exec(request.url ?? '') ?? [];
    if (request.method === 'GET') {
      const known = paused.get(decodeURIComponent(queue));
      response
        .writeHead(known === undefined ? 404 : 200)
        .end(JSON.stringify({ name: queue, state: { paused: known } }));
      return;
    }
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const { 'idempotency-key': key, authorization: token } = request.headers;
      written.push({ line: `${request.method} ${request.url}`, key, token, body });
      if (fault.status === 0) {
        if (request.method === 'DELETE') paused.delete(decodeURIComponent(queue));
        else paused.set(decodeURIComponent(queue), verb === 'pause');
      }
      response.writeHead(fault.status === 0 ? 202 : fault.status, { location: '/elsewhere' }).end('{}');
    });
  });
  const directory = temporaryDirectory();
  writeFileSync(
    join(directory, 'sitrep.yaml'),
    `
outbound: [{ host: 127.0.0.1, allow_private: true }]
http:
  templates:
    pause-queue:
      method: POST
      url: ${origin}/queues/{queue}/pause
      headers: { Authorization: { env: QUEUE_TOKEN, prefix: 'Bearer ' } }
      body: { reason: '{why}', nested: [{ queue: 'queue {queue}' }], count: 1 }
      values:
        queue: { one_of: [orders, mail] }
        why: { pattern: '[\\w ":{},]{1,60}' }
      risk: medium
      inverse: resume-queue
      read_back: { url: '${origin}/queues/{queue}', expect: { pointer: /state/paused, equals: true } }
    resume-queue:
      method: PUT
      repeatable: true
      url: ${origin}/queues/{queue}/resume
      values: { queue: { one_of: [orders, mail] } }
      read_back: { url: '${origin}/queues/{queue}', expect: { pointer: /state/paused, equals: false } }
    purge:
      method: DELETE
      url: ${origin}/queues/{path}/purge
      values: { path: { pattern: '.*' } }
      read_back: { url: '${origin}/queues/{path}', expect: { status: 404 } }
`,
  );
  const config = readConfig({ QUEUE_TOKEN: 'secret of the broker' }, directory);
  return { paused, written, fault, origin, world: worldOf({ http: requestsToSend(config) }) };
}
