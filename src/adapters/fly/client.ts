import type { z } from 'zod';
import { errorOfAnswer, errorOfSilence, FlyError } from './error.ts';

export type FlyOptions = {
  /** `https://api.machines.dev`, or a stand-in. */
  url: string;
  token: string;
  timeoutMs: number;
  /** When it is aborted nothing more is sent, and what is under way is given up. */
  until?: AbortSignal | undefined;
  /** Resolves after so many milliseconds; passed in so that tests need not wait. */
  pause(ms: number): Promise<void>;
};

export type FlyRequest = {
  method: 'GET' | 'POST' | 'DELETE';
  /** Below `/v1`; each part is one segment, whatever it holds. */
  path: string[];
  query?: Record<string, string>;
  body?: unknown;
  /** Of the lease that this request is made under. */
  nonce?: string;
};

export type FlyClient = {
  /** Throws FlyError; see there for what a failed write means. */
  send(request: FlyRequest): Promise<string>;
  read<T>(schema: z.ZodType<T>, request: FlyRequest): Promise<T>;
};

/** Fly takes one request a second per action and machine, three at once. */
const ATTEMPTS = 3;
const LONGEST_PAUSE_MS = 5_000;

export function flyClient({ url, token, timeoutMs, until, pause }: FlyOptions): FlyClient {
  const origin = new URL(url).origin;

  async function exchange({ method, path, query, body, nonce }: FlyRequest): Promise<Response> {
    if (until?.aborted)
      throw new FlyError('The time for this action is up; the request was not sent.', 0, 'refused');
    const address = new URL(`${url.replace(/\/+$/, '')}/v1/${path.map(encodeURIComponent).join('/')}`);
    for (const [name, value] of Object.entries(query ?? {})) address.searchParams.set(name, value);
    try {
      return await fetch(address, {
        method,
        redirect: 'error',
        signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(until ? [until] : [])]),
        headers: {
          accept: 'application/json',
          authorization: token.startsWith('FlyV1 ') ? token : `Bearer ${token}`,
          ...(nonce === undefined ? {} : { 'fly-machine-lease-nonce': nonce }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      throw errorOfSilence(origin, method, error);
    }
  }

  async function send(request: FlyRequest): Promise<string> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await exchange(request);
      const text = await answer.text().catch((error: unknown) => {
        throw errorOfSilence(origin, request.method, error);
      });
      if (answer.ok) return text;
      // What was turned away for its rate was not carried out, so even a write may be sent again.
      if (answer.status !== 429 || attempt >= ATTEMPTS) throw errorOfAnswer(answer.status, text);
      const seconds = Number(answer.headers.get('retry-after'));
      await pause(Math.min(seconds > 0 ? seconds * 1000 : 1000, LONGEST_PAUSE_MS));
    }
  }

  return {
    send,
    async read(schema, request) {
      const text = await send(request);
      try {
        return schema.parse(JSON.parse(text));
      } catch (error) {
        const where = `/v1/${request.path.join('/')}`;
        throw new FlyError(`Fly's answer at ${where} is not understood`, 200, 'unknown', { cause: error });
      }
    },
  };
}
