import { expect, test, onTestFinished, vi } from 'vitest';
import { startLoad } from '../../../../src/adapters/local/shop/load.ts';
import { openShopRepository } from '../../../../src/adapters/local/shop/repository.ts';
import { between, p95Bound, scrape, slowerThan } from '../../../support/histogram.ts';
import { startShopProcesses } from '../../../support/shop-processes.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

test(
  'the bad release fails under the demo’s load, the releases around it do not',
  { timeout: 60_000 },
  async () => {
    const repository = await openShopRepository({ home: temporaryDirectory(), now: new Date() });
    const { current, bad } = repository.releases;
    const shop = await startShopProcesses(repository);
    onTestFinished(() => shop.stop());
    const load = startLoad({ target: shop.url('storefront'), ratePerS: 10 });
    onTestFinished(() => load.stop());

    /** What a service did from now until it has served that many more requests. */
    const observe = async (service: string, requests: number) => {
      const before = await eventually(() => scrape(shop.url(service)));
      return vi.waitFor(
        async () => {
          const counts = between(before, await scrape(shop.url(service)));
          expect(counts.total).toBeGreaterThanOrEqual(requests);
          return counts;
        },
        { timeout: 20_000, interval: 250 },
      );
    };
    const ratio = ({ errors, total }: { errors: number; total: number }) => errors / total;

    const healthy = await observe('pricing', 12);
    expect(ratio(healthy)).toBeLessThan(0.02);
    expect(p95Bound(healthy)).toBeLessThanOrEqual(0.25);

    await shop.rollOut('pricing', bad.sha);
    const [pricing, checkout, storefront, catalog] = await Promise.all([
      observe('pricing', 30),
      observe('checkout', 30),
      observe('storefront', 60),
      observe('catalog', 20),
    ]);
    expect(ratio(pricing)).toBeGreaterThan(0.1);
    expect(slowerThan(pricing, 0.5)).toBeGreaterThan(0);
    expect(ratio(checkout)).toBeGreaterThan(0.1);
    expect(p95Bound(checkout)).toBeGreaterThan(0.5);
    expect(ratio(storefront)).toBeGreaterThan(0.1);
    expect(p95Bound(storefront)).toBeGreaterThan(0.5);
    expect(ratio(catalog)).toBe(0);

    await shop.rollOut('pricing', current['pricing'] ?? '');
    const recovered = await observe('pricing', 12);
    expect(ratio(recovered)).toBeLessThan(0.02);
    expect(p95Bound(recovered)).toBeLessThanOrEqual(0.25);
  },
);

test('the load counts what fails and ends when told', async () => {
  const ended = new AbortController();
  const load = startLoad({ target: 'http://127.0.0.1:9', ratePerS: 100, signal: ended.signal });
  await vi.waitFor(() => expect(load.stats().failed).toBeGreaterThan(5));
  ended.abort();
  const { sent } = load.stats();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(load.stats()).toMatchObject({ sent, succeeded: 0 });
});

function eventually<T>(work: () => Promise<T>): Promise<T> {
  return vi.waitFor(work, { timeout: 10_000, interval: 200 });
}
