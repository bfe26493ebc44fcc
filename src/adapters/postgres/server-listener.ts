import pg from 'pg';
import { setTimeout as wait } from 'node:timers/promises';
import { connectionError } from './database-error.ts';
import { quoteName } from './sql.ts';
import { messageOf } from '../../incident/text.ts';

interface Subscription {
  channel: string;
  fn: (payload: string) => void;
  onGap: (() => void) | undefined;
}

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;
const CHECK_MS = 20_000;

/**
 * Holds one connection of its own for LISTEN, made when first needed and made again when it breaks: a
 * subscription belongs to a session, so it cannot go through the pool.
 */
export class Listener {
  readonly #settings: pg.ClientConfig;
  readonly #subscriptions = new Set<Subscription>();
  readonly #end = new AbortController();
  #client: Promise<pg.Client> | undefined;

  constructor(settings: pg.ClientConfig) {
    this.#settings = settings;
  }

  async listen(
    channel: string,
    fn: (payload: string) => void,
    onGap?: () => void,
  ): Promise<() => Promise<void>> {
    const subscription: Subscription = { channel, fn, onGap };
    this.#subscriptions.add(subscription);
    try {
      const client = await (this.#client ??= this.#connect());
      await client.query(`listen ${quoteName(channel)}`);
    } catch (error) {
      this.#subscriptions.delete(subscription);
      throw connectionError(messageOf(error), `listen ${channel}`);
    }
    return async () => {
      this.#subscriptions.delete(subscription);
      if ([...this.#subscriptions].some((other) => other.channel === channel)) return;
      const client = await this.#client?.catch(() => undefined);
      // A broken connection has forgotten the channel anyway.
      await client?.query(`unlisten ${quoteName(channel)}`).catch(() => {});
    };
  }

  async close(): Promise<void> {
    this.#end.abort();
    const client = await this.#client?.catch(() => undefined);
    await client?.end().catch(() => {});
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client(this.#settings);
    client.on('notification', ({ channel, payload = '' }) => {
      for (const subscription of [...this.#subscriptions]) {
        if (subscription.channel === channel) subscription.fn(payload);
      }
    });
    // node-postgres reports a broken connection by both events, or by one of them.
    let broken = false;
    const onBroken = (): void => {
      if (broken) return;
      broken = true;
      clearInterval(check);
      this.#client = undefined;
      client.end().catch(() => {});
      void this.#reconnect();
    };
    const check = setInterval(() => {
      // A peer that vanished without a word is noticed only by asking.
      const silence = setTimeout(onBroken, CHECK_MS / 2);
      client.query('select 1').then(
        () => clearTimeout(silence),
        () => onBroken(),
      );
    }, CHECK_MS);
    check.unref();
    try {
      client.on('error', () => {});
      await client.connect();
    } catch (error) {
      clearInterval(check);
      this.#client = undefined;
      throw error;
    }
    client.on('error', onBroken);
    client.on('end', onBroken);
    return client;
  }

  async #reconnect(): Promise<void> {
    let delay = FIRST_RETRY_MS;
    while (!this.#end.signal.aborted && this.#subscriptions.size > 0) {
      await wait(delay, undefined, { signal: this.#end.signal, ref: false }).catch(() => {});
      if (this.#end.signal.aborted) return;
      delay = Math.min(delay * 2, LAST_RETRY_MS);
      try {
        const client = await (this.#client ??= this.#connect());
        for (const channel of new Set([...this.#subscriptions].map((each) => each.channel))) {
          await client.query(`listen ${quoteName(channel)}`);
        }
        for (const subscription of [...this.#subscriptions]) subscription.onGap?.();
        return;
      } catch {
        // Tried again until the database is back or we are closed.
      }
    }
  }
}
