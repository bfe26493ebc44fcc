import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startConsole, type LocalConsole } from '../../../../src/adapters/local/console/console.ts';
import { ON_CALL, startSlackBench, type SlackBench } from '../../../support/slack-bench.ts';

let bench: SlackBench;
let local: LocalConsole;
let token: string;

beforeAll(async () => {
  bench = await startSlackBench();
  local = await startConsole({ slack: bench.slack, log: { info: () => {}, warn: () => {} } });
  const page = await (await fetch(local.url)).text();
  token = /name="console-token" content="([^"]+)"/.exec(page)?.[1] ?? '';
});
afterAll(async () => {
  await local.stop();
  await bench.stop();
});

/** fetch does not let one set Host, Origin and the like. */
function ask(
  method: string,
  path: string,
  headers: Record<string, string>,
  body = '',
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(local.url);
    const asked = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
const say = (headers: Record<string, string>, body: object = { as: ON_CALL.id, text: 'hi', thread: null }) =>
  ask('POST', '/console/say', { 'content-type': 'application/json', ...headers }, JSON.stringify(body));

describe('who may talk to the console', () => {
  test('a name that points to loopback is refused, so a rebound name gains nothing', async () => {
    expect((await ask('GET', '/', { host: 'evil.example:3000' })).status).toBe(403);
    for (const host of ['localhost:3000', '127.0.0.1', '[::1]:3000']) {
      expect((await ask('GET', '/', { host })).status).toBe(200);
    }
  });

  test('another site cannot post, with or without having guessed the port', async () => {
    expect((await say({ 'x-console-token': token, origin: 'https://evil.example' })).status).toBe(403);
    expect((await say({ 'x-console-token': token, 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await say({})).status).toBe(403);
    expect((await say({ 'x-console-token': `${token}x` })).status).toBe(403);
    expect(bench.slack.workspace.messages()).toEqual([]);
  });

  test('the page itself can', async () => {
    const headers = { 'x-console-token': token, origin: local.url, 'sec-fetch-site': 'same-origin' };
    expect((await say(headers)).status).toBe(200);
    expect(bench.slack.workspace.messages()).toMatchObject([{ text: 'hi', user: ON_CALL.id }]);
  });

  test('the page may load nothing from elsewhere', async () => {
    const { headers } = await fetch(local.url);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });
});

describe('what the page sends', () => {
  const own = () => ({ 'x-console-token': token });

  test('people cannot smuggle in a broadcast or a mention by id', async () => {
    await say(own(), { as: ON_CALL.id, text: '<!channel> & <@U1> @sitrep', thread: null });
    expect(bench.slack.workspace.messages().at(-1)?.text).toBe(
      '&lt;!channel&gt; &amp; &lt;@U1&gt; <@U0SITREP>',
    );
  });

  test('mistakes are answered with what is wrong', async () => {
    expect(await say(own(), { as: 'U0NOBODY', text: 'hi', thread: null })).toMatchObject({ status: 400 });
    expect(await say(own(), { as: ON_CALL.id, text: '/sitrep status', thread: '1.0' })).toMatchObject({
      status: 400,
      text: expect.stringContaining('only in the channel'),
    });
    expect((await say({ ...own(), 'content-type': 'text/plain' })).status).toBe(415);
    expect(
      (await ask('POST', '/console/nonsense', { ...own(), 'content-type': 'application/json' }, '{}')).status,
    ).toBe(404);
    expect((await ask('GET', '/console/file/F0NONE', {})).status).toBe(404);
    expect((await ask('PUT', '/', {})).status).toBe(403);
  });

  test('a command that fails is shown to the person as Slack shows it', async () => {
    await bench.stop();
    expect((await say(own(), { as: ON_CALL.id, text: '/sitrep status', thread: null })).status).toBe(200);
    expect(bench.slack.workspace.messages(ON_CALL.id).at(-1)).toMatchObject({
      text: '`/sitrep` failed with the error "dispatch_failed".',
      visibleTo: ON_CALL.id,
    });
  });
});
