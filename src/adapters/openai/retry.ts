import { setTimeout as wait } from 'node:timers/promises';

/** Long enough for a hiccup to pass, short enough for people who wait in an incident. */
const DEFAULT_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 5000;

/**
 * A `fetch` that tries a second time after a passing failure: no connection, 429 or 5xx. A server that asks
 * for more patience than 5 seconds (Retry-After) is not asked again. The client's own retries are not used,
 * because they also repeat what came back well and was only not to its taste.
 */
export function retryOnce(send: typeof fetch): typeof fetch {
  return async (input, init) => {
    const signal = init?.signal ?? undefined;
    let waitMs = DEFAULT_WAIT_MS;
    try {
      const response = await send(input, init);
      if (response.status !== 429 && response.status < 500) return response;
      waitMs = 1000 * Number(response.headers.get('retry-after') ?? DEFAULT_WAIT_MS / 1000);
      // Retry-After may also be a date, which is not a number.
      if (!(waitMs <= LONGEST_WAIT_MS)) return response;
    } catch (error) {
      if (signal?.aborted) throw error;
    }
    await wait(waitMs, undefined, { signal });
    return send(input, init);
  };
}
