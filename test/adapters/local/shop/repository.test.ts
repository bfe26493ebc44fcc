import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { shopDeployments } from '../../../../src/adapters/local/shop/deployments.ts';
import { shopImage, shopImages } from '../../../../src/adapters/local/shop/images.ts';
import { openShopRepository } from '../../../../src/adapters/local/shop/repository.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

const now = new Date('2026-03-02T10:00:00Z');
const hoursBefore = (at: Date) => (now.getTime() - at.getTime()) / 3_600_000;

test('the history is that of several people over several days', async () => {
  const commits = await (await openShopRepository({ home: temporaryDirectory(), now })).commits();
  expect(commits.length).toBeGreaterThanOrEqual(40);
  expect(new Set(commits.map(({ author }) => author.name)).size).toBeGreaterThanOrEqual(5);
  expect(hoursBefore(commits.at(-1)?.at ?? now)).toBeGreaterThan(100);
  expect(hoursBefore(commits[0]?.at ?? new Date(0))).toBeLessThan(1);
  const times = commits.map(({ at }) => at.getTime());
  expect(times).toEqual(times.toSorted((a, b) => b - a));
  for (const { subject, paths, author } of commits) {
    expect(subject.length).toBeLessThanOrEqual(72);
    expect(subject).toMatch(/^[A-Z].*[^.]$/);
    expect(paths).not.toEqual([]);
    expect(author.email).toBe(`${author.name}@shop.example`);
  }
  expect(new Set(commits.map(({ subject }) => subject)).size).toBe(commits.length);
});

test('the same start gives the same commits, whatever git is told by the environment', async () => {
  const first = await openShopRepository({ home: temporaryDirectory(), now });
  process.env['GIT_AUTHOR_NAME'] = 'somebody else';
  const second = await openShopRepository({ home: temporaryDirectory(), now });
  delete process.env['GIT_AUTHOR_NAME'];
  expect(second.releases).toEqual(first.releases);
  expect(await second.commits()).toEqual(await first.commits());
});

test('a later start finds the repository as it is', async () => {
  const home = temporaryDirectory();
  const first = await openShopRepository({ home, now });
  const later = await openShopRepository({ home, now: new Date('2026-03-09T10:00:00Z') });
  expect(await later.commits()).toEqual(await first.commits());
});

test('every release passes the tests of its own tree', async () => {
  const repository = await openShopRepository({ home: temporaryDirectory(), now });
  for (const { service, sha } of repository.history) {
    const dir = await repository.checkout(sha);
    execFileSync(process.execPath, ['--check', join(dir, 'services', service, 'server.js')]);
    execFileSync(process.execPath, ['--test'], { cwd: dir, env: { PATH: process.env['PATH'] } });
  }
});

test('each service has a last good release, and only pricing a later one', async () => {
  const repository = await openShopRepository({ home: temporaryDirectory(), now });
  const { current, bad } = repository.releases;
  expect(Object.keys(current).sort()).toEqual(['catalog', 'checkout', 'pricing', 'storefront']);
  const order = (await repository.commits()).map(({ sha }) => sha);
  expect(bad.service).toBe('pricing');
  expect(order.indexOf(bad.sha)).toBeLessThan(order.indexOf(current['pricing'] ?? ''));
});

test('two callers that want the same release at once both get its whole tree', async () => {
  const home = temporaryDirectory();
  const repository = await openShopRepository({ home, now });
  const sha = repository.releases.bad.sha;
  const [a, b] = await Promise.all([repository.checkout(sha), repository.checkout(sha)]);
  expect(a).toBe(b);
  expect(readFileSync(join(a, 'services/pricing/coupons.js'), 'utf8')).toContain('const COUPON');
  expect(existsSync(join(home, 'releases/node_modules/prom-client/package.json'))).toBe(true);
});

test('an image names a service at a commit; anything else is refused', async () => {
  const repository = await openShopRepository({ home: temporaryDirectory(), now });
  const images = shopImages(repository);
  const image = await images.resolve(shopImage('pricing', repository.releases.bad.sha));
  expect(existsSync(join(image.cwd, image.args[0] ?? ''))).toBe(true);
  for (const wrong of [
    'shop/pricing:latest',
    'shop/pricing:000000000000',
    `shop/nothing:${repository.releases.bad.sha.slice(0, 12)}`,
    'elsewhere/pricing:1',
  ]) {
    await expect(images.resolve(wrong)).rejects.toThrow(/No image/);
  }
});

test('rollouts end with the good releases, one process each, and the bad one is kept apart', async () => {
  const repository = await openShopRepository({ home: temporaryDirectory(), now });
  const { history, bad } = shopDeployments(repository);
  const running = history.filter(({ deployment }) => deployment.spec.replicas === 1);
  expect(Object.fromEntries(running.map(({ release }) => [release.service, release.sha]))).toEqual(
    repository.releases.current,
  );
  for (const service of Object.keys(repository.releases.current)) {
    expect(history.filter(({ release }) => release.service === service).length).toBeGreaterThanOrEqual(2);
  }
  expect(bad.deployment.metadata.annotations['sitrep.dev/commit']).toBe(repository.releases.bad.sha);
  expect(bad.deployment.spec.template.spec.containers[0]?.image).toBe(
    shopImage('pricing', repository.releases.bad.sha),
  );
});

test('a directory that is not the shop is not taken for it', async () => {
  const home = temporaryDirectory();
  const { dir } = await openShopRepository({ home, now });
  execFileSync('git', ['tag', '-d', 'pricing-v1.3.0'], { cwd: dir });
  await expect(openShopRepository({ home, now })).rejects.toThrow(/Delete .* it is made again/);
  rmSync(dir, { recursive: true });
  await expect(openShopRepository({ home, now })).resolves.toBeDefined();
});
