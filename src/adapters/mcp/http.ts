import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

/** The guarded way out. It follows no redirect, and bounds the size and the time of an answer. */
export type Fetch = (
  url: string,
  request: { method?: string; headers?: Record<string, string>; body?: string; signal?: AbortSignal },
) => Promise<Response>;

/** A server at an address. There is no login: the headers are what the configuration gives. */
export function httpTransport(
  url: string,
  headers: Record<string, string>,
  fetch: Fetch,
): StreamableHTTPClientTransport {
  return new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers },
    reconnectionOptions: {
      maxRetries: 0,
      initialReconnectionDelay: 1000,
      maxReconnectionDelay: 1000,
      reconnectionDelayGrowFactor: 1,
    },
    async fetch(address, init = {}) {
      const { method = 'GET' } = init;
      // That would be the stream on which a server speaks unasked. A visit asks before each call instead.
      if (method === 'GET') return new Response(null, { status: 405 });
      const response = await fetch(String(address), {
        method,
        headers: Object.fromEntries(new Headers(init.headers)),
        ...(typeof init.body === 'string' ? { body: init.body } : {}),
        ...(init.signal ? { signal: init.signal } : {}),
      });
      if (response.status < 300 || response.status > 399) return response;
      await response.body?.cancel();
      throw new Error('it redirects, which is not followed; write the address that it leads to');
    },
  });
}
