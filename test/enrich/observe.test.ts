import { describe, expect, it } from 'vitest';
import { cluesOf } from '../../src/enrich/clues.ts';
import { observe, type LogReader } from '../../src/enrich/observe.ts';
import { minutes, service, SHOP, storedAlert, T0 } from '../support/examples.ts';

const services = [...SHOP.values()];
const NOW = minutes(2);
const line = (text: string, at = minutes(-1)) => ({ at, text });

describe('observe', () => {
  it('reads from half an hour before the first onset, and tells whose line it is', async () => {
    const asked: Date[] = [];
    const logs: LogReader = {
      lines: async ({ name }, since) => {
        asked.push(since);
        return name === 'pricing' ? [line('error: no such coupon')] : [];
      },
    };
    const missing: string[] = [];
    const { logs: found } = await observe(services, { logs, series: null }, T0, NOW, missing);
    expect(asked).toEqual(services.map(() => minutes(-30)));
    expect(found).toMatchObject([
      { service: 'pricing', at: minutes(-1).getTime(), gravity: 1, text: 'no such coupon' },
    ]);
    expect(missing).toEqual([]);
  });

  it('goes on without what fails or never answers, and says so in one sentence a source', async () => {
    const logs: LogReader = {
      lines: async ({ name }) => {
        if (name === 'pricing') throw new Error('forbidden');
        if (name === 'checkout') return new Promise(() => {});
        return [line(`warn: ${name} is slow`)];
      },
    };
    const series = {
      series: async (query: string) => {
        if (query.includes('pricing')) throw new Error('no route');
        return [{ at: T0, value: 1 }];
      },
    };
    const missing: string[] = [];
    const found = await observe(services, { logs, series }, T0, NOW, missing);
    expect(found.logs.map((one) => one.service)).toEqual(['storefront', 'catalog']);
    expect(found.series.map((one) => one.service)).not.toContain('pricing');
    expect(missing.toSorted()).toEqual([
      'The history of the signals of pricing could not be read in time; what they say is missing here.',
      'The logs of checkout, pricing could not be read in time; what they say is missing here.',
    ]);
  });

  it('is bounded in services, lines and their length', async () => {
    const many = Array.from({ length: 40 }, (_, place) => service(`s${place}`));
    const asked = new Set<string>();
    const logs: LogReader = {
      lines: async ({ name }) => {
        asked.add(name);
        return Array.from({ length: 400 }, () => line(`error ${'x'.repeat(5000)}`));
      },
    };
    const found = await observe(many, { logs, series: null }, T0, NOW, []);
    expect(asked.size).toBe(12);
    expect(found.logs).toHaveLength(2000);
    expect(Math.max(...found.logs.map(({ text }) => text.length))).toBeLessThanOrEqual(1000);
  });
});

describe('clues', () => {
  const log = (text: string, gravity: number, at = minutes(-1)) => ({
    at: at.getTime(),
    service: 'pricing',
    gravity,
    text,
    count: 1,
  });

  it('are the frequent patterns of the graver lines since shortly before the onset', () => {
    const { logs } = cluesOf(
      [],
      [
        log('error: order 17 has no coupon', 1),
        log('error: order 18 has no coupon', 1),
        log('warn: cache is cold', 0.6),
        log('listening', 0),
        log('error: of yesterday', 1, minutes(-1000)),
      ],
      T0,
    );
    expect(logs).toEqual(['error: order <*> has no coupon', 'warn: cache is cold']);
  });

  it('are frames of our own files, from alerts and lines, and not those of libraries', () => {
    const { frames } = cluesOf(
      [
        storedAlert({
          annotations: { stacktrace: 'at total (lib/cart.js:12:3)\nat node:internal/x.js:1:1' },
        }),
      ],
      [log('Error: x\n at price (services/pricing/coupons.js:7:9)\n at f (node_modules/a/b.js:1:1)', 1)],
      T0,
    );
    expect(frames.map((frame) => frame.replace(/^.*?([\w/]+\.js:\d+).*$/, '$1'))).toEqual([
      'lib/cart.js:12',
      'services/pricing/coupons.js:7',
    ]);
  });

  it('are bounded', () => {
    const lines = Array.from({ length: 200 }, (_, n) =>
      log(
        `error ${String.fromCharCode(97 + (n % 26))}${'y'.repeat(n)} at a${'b'.repeat(n % 90)}/f.js:${n}`,
        1,
      ),
    );
    const { logs, frames } = cluesOf([], lines, T0);
    expect(logs.length).toBeLessThanOrEqual(12);
    expect(frames.length).toBeLessThanOrEqual(30);
  });
});
