import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answer } from './answer.ts';
import { isFromHere } from './door.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const HEADERS = {
  // Nothing comes from elsewhere or goes there, and no page can hold this one in a frame.
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

const FILES = [
  { path: '/', name: 'desk.html', type: 'text/html; charset=utf-8' },
  { path: '/desk.js', name: 'desk.js', type: 'text/javascript; charset=utf-8' },
  { path: '/desk.css', name: 'desk.css', type: 'text/css; charset=utf-8' },
];

/**
 * The page on which people of this machine decide while Slack is down. It is only a face: `ask` takes what it asks, by
 * the key of the person, as it does from a terminal.
 */
export function deskPage(ask: Handler): Handler {
  const files = new Map(
    FILES.map(({ path, name, type }) => [
      path,
      { type, content: readFileSync(new URL(`./desk/${name}`, import.meta.url)) },
    ]),
  );
  return async (request, response) => {
    if (!isFromHere(request))
      return answer(response, 403, {
        error: 'this page is for the machine itself',
        fix: 'Open http://127.0.0.1 with the port on it, through an SSH tunnel for instance. Alerts go to /hooks/ and their source, Slack to /slack/events.',
      });
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    if (path === '/desk') return ask(request, response);
    const file = files.get(path);
    if (!file)
      return answer(response, 404, { error: `there is nothing at ${path}`, fix: 'The page is at /.' });
    if (request.method !== 'GET') return answer(response, 405, { error: 'use GET', fix: 'Open the page.' });
    response.writeHead(200, { ...HEADERS, 'content-type': file.type }).end(file.content);
  };
}
