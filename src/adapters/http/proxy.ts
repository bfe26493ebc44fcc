import { request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import { answer } from './answer.ts';
import { isFromHere } from './door.ts';

/**
 * Passes requests for the local console on to the process that draws it. Only for callers on this
 * machine that also name it as this machine: a page elsewhere cannot reach it through a rebound name.
 */
export function consoleProxy(target: URL) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    if (!isFromHere(request)) {
      answer(response, 403, {
        error: 'the console is for this machine only',
        fix: 'Open http://127.0.0.1 with the port on it.',
      });
      return;
    }
    const upstream = ask(
      {
        host: target.hostname,
        port: target.port,
        method: request.method,
        path: request.url,
        headers: request.headers,
      },
      (reply) => {
        response.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.pipe(response);
      },
    );
    upstream.on('error', () => {
      if (response.headersSent) response.destroy();
      else
        answer(response, 502, {
          error: 'the local console is not running',
          fix: 'Stop Sitrep and start it again.',
        });
    });
    // An event stream would otherwise outlive the browser that asked for it.
    response.on('close', () => upstream.destroy());
    request.pipe(upstream);
  };
}
