import type { Log } from '../slack/types.ts';
import { servicesHtml, type ShopControl, type ShopStatus } from './shop-html.ts';

const POLL_MS = 1000;
const HISTORY = 60;

/** What the browser gets each second. */
export interface ShopUpdate {
  html: string;
  broken: boolean;
  /** One line per service for screen readers, announced when it changes. */
  summary: string;
}

/** Polls the shop once a second while somebody looks at it. */
export interface ShopMonitor {
  latest(): ShopUpdate | undefined;
  /** Calls `listener` after each poll until the returned function is called. */
  watch(listener: (update: ShopUpdate) => void): () => void;
  stop(): void;
}

export function createShopMonitor(shop: ShopControl, log: Log): ShopMonitor {
  const listeners = new Set<(update: ShopUpdate) => void>();
  const history = new Map<string, number[]>();
  let latest: ShopUpdate | undefined;
  let timer: NodeJS.Timeout | undefined;
  let polling = false;

  const poll = async (): Promise<void> => {
    polling = true;
    try {
      latest = describe(await shop.status());
      for (const listener of listeners) listener(latest);
    } catch (error) {
      log.warn({ err: error }, 'The demo shop did not tell its health');
    }
    polling = listeners.size > 0;
    if (polling) timer = setTimeout(() => void poll(), POLL_MS);
  };
  const describe = (status: ShopStatus): ShopUpdate => {
    for (const { name, p95Seconds } of status.services) {
      history.set(name, [...(history.get(name) ?? []), p95Seconds ?? 0].slice(-HISTORY));
    }
    return {
      html: servicesHtml(status, history).markup,
      broken: status.broken,
      summary: status.services.map(({ name, state }) => `${name} is ${state}`).join(', '),
    };
  };

  return {
    latest: () => latest,
    watch(listener) {
      listeners.add(listener);
      if (latest) listener(latest);
      if (!polling) void poll();
      return () => listeners.delete(listener);
    },
    stop() {
      listeners.clear();
      clearTimeout(timer);
    },
  };
}
