import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createEmulator, type SeedConfig } from 'emulate';
import type { ApiAnswer, ApiHandler } from './exchange.ts';

/** The emulator behind us: reached by `forward` only, as its own listener takes any token for a user. */
export type GitHubEmulator = { forward: ApiHandler; close(): Promise<void> };

const ATTEMPTS = 5;

/** Starts the emulator with links that lead to `publicUrl`, acting as `login` for whatever is forwarded. */
export async function startEmulator(options: {
  publicUrl: string;
  login: string;
  seed: SeedConfig;
}): Promise<GitHubEmulator> {
  // Known to nobody but this process, so that what we forward is told apart from what others send.
  const token = crypto.randomUUID();
  const tokens = { [token]: { login: options.login, scopes: ['repo', 'user', 'admin:org'] } };
  const { port, close } = await listen({ ...options.seed, tokens }, options.publicUrl, ATTEMPTS);
  return {
    forward: (request) => forward(`http://127.0.0.1:${port}`, token, request),
    close,
  };
}

/** The emulator does not say which port it took when its links lead elsewhere, so it is told a free one. */
async function listen(
  seed: SeedConfig,
  baseUrl: string,
  attempts: number,
): Promise<{ port: number; close(): Promise<void> }> {
  const port = await freePort();
  try {
    const emulator = await createEmulator({ service: 'github', port, hostname: '127.0.0.1', seed, baseUrl });
    return { port, close: () => emulator.close() };
  } catch (error) {
    const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    if (!taken || attempts <= 1) throw error;
    return listen(seed, baseUrl, attempts - 1);
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

const PASSED_ON = ['link', 'location', 'retry-after'];

async function forward(
  origin: string,
  token: string,
  request: Parameters<ApiHandler>[0],
): Promise<ApiAnswer> {
  const { method, url, body } = request;
  const response = await fetch(new URL(`${url.pathname}${url.search}`, origin), {
    method,
    headers: { Authorization: `token ${token}`, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const headers = [...response.headers].filter(
    ([name]) => PASSED_ON.includes(name) || name.startsWith('x-ratelimit-'),
  );
  return {
    status: response.status,
    headers: Object.fromEntries(headers),
    body: response.headers.get('content-type')?.includes('json') && text !== '' ? JSON.parse(text) : text,
  };
}
