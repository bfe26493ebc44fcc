import { customers, type Visit } from './customers.ts';

/** How the customers fared since the start; `failed` counts 5xx, timeouts and refused connections. */
export type LoadStats = { sent: number; succeeded: number; failed: number; skipped: number };

/** The demo's customers, until `stop`. */
export type Load = { stop(): void; stats(): LoadStats };

const PATIENCE_MS = 3000;
/** More waiting customers than this would measure our own sockets instead of the shop. */
const MOST_AT_ONCE = 60;

/**
 * Sends the shop `ratePerS` visits a second, at even distances and whether or not earlier ones were
 * answered, as independent customers do. Never throws; trouble is what it counts.
 */
export function startLoad(options: {
  target: string;
  ratePerS: number;
  signal?: AbortSignal;
  seed?: number;
}): Load {
  const next = customers(options.seed ?? 1);
  const stats: LoadStats = { sent: 0, succeeded: 0, failed: 0, skipped: 0 };
  const stopped = new AbortController();
  let atOnce = 0;

  const visit = async () => {
    const step = next();
    if (atOnce >= MOST_AT_ONCE) {
      stats.skipped += 1;
      return;
    }
    atOnce += 1;
    stats.sent += 1;
    const outcome = await send(options.target, step, stopped.signal);
    atOnce -= 1;
    if (outcome !== 'stopped') stats[outcome] += 1;
  };

  const timer = setInterval(() => void visit(), 1000 / options.ratePerS);
  const stop = () => {
    clearInterval(timer);
    stopped.abort();
  };
  options.signal?.addEventListener('abort', stop, { once: true });
  if (options.signal?.aborted) stop();
  return { stop, stats: () => ({ ...stats }) };
}

async function send(
  target: string,
  { method, path, body }: Visit,
  stopped: AbortSignal,
): Promise<'succeeded' | 'failed' | 'stopped'> {
  try {
    const response = await fetch(new URL(path, target), {
      method,
      signal: AbortSignal.any([stopped, AbortSignal.timeout(PATIENCE_MS)]),
      ...(body ? { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } } : {}),
    });
    await response.arrayBuffer();
    return response.status < 500 ? 'succeeded' : 'failed';
  } catch {
    return stopped.aborted ? 'stopped' : 'failed';
  }
}
