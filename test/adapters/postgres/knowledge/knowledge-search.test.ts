import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { quoteReader } from '../../../../src/adapters/postgres/knowledge/quotes.ts';
import { postgresIndex } from '../../../../src/adapters/postgres/knowledge/search-index.ts';
import { knowledgeStore } from '../../../../src/adapters/postgres/knowledge/store.ts';
import type { Database } from '../../../../src/adapters/postgres/sql.ts';
import type { RunbookSearch } from '../../../../src/enrich/enrich.ts';
import { knowledgeSearch } from '../../../../src/enrich/knowledge-search.ts';
import { measured } from '../../../../src/enrich/retrieval/usual.ts';
import { indexDocument } from '../../../../src/enrich/retrieval/index-document.ts';
import type { KnowledgeStore } from '../../../../src/incident/document.ts';
import { readDocument } from '../../../../src/incident/documents/read-document.ts';
import { testDatabase } from '../../../support/database.ts';

const SOURCE = 'folder:runbooks';
const SHIPPED = new URL('../../../../runbooks/', import.meta.url);

let db: Database;
let store: KnowledgeStore;
let searching: RunbookSearch;

beforeAll(async () => {
  db = await testDatabase();
  store = knowledgeStore(db, indexDocument);
  searching = knowledgeSearch(measured(postgresIndex(db)), quoteReader(db), null);
});
afterAll(() => db.close());

function search(asked: { text: string; alerts: string[]; services: string[] }, limit: number) {
  return searching.search({ labels: {}, annotations: {}, ...asked }, limit);
}

/** The path of the runbook that each result comes from, best first. */
async function paths(
  text: string,
  alerts: string[] = [],
  services: string[] = [],
  limit = 5,
): Promise<string[]> {
  const found = await search({ text, alerts, services }, limit);
  return found.map(({ about }) => (about.kind === 'runbook' ? about.path : ''));
}

async function put(path: string, text: string): Promise<void> {
  const link = `runbooks/${path}`;
  await store.put([
    { document: { ...readDocument({ source: SOURCE, path, text, base: null }).document, link }, hash: text },
  ]);
}

async function clear(): Promise<void> {
  await store.remove(SOURCE, [...(await store.known(SOURCE)).keys()]);
}

describe('the runbooks shipped as examples', () => {
  beforeAll(async () => {
    await clear();
    for (const name of readdirSync(SHIPPED)) await put(name, readFileSync(new URL(name, SHIPPED), 'utf8'));
  });

  test.each([
    ['ServiceErrorRateHigh', 'checkout answers 14% of requests with errors', 'high-error-rate.md'],
    ['ServiceLatencyHigh', 'p95 of catalog is 2.4 s', 'high-latency.md'],
    ['ServiceDown', 'no replica of orders answers', 'service-down.md'],
    ['KubeContainerOOMKilled', 'container web was killed', 'memory-growth.md'],
    ['ConsumerLagHigh', 'group billing is 90000 messages behind', 'queue-backlog.md'],
    ['CircuitBreakerOpen', 'payments calls of checkout are cut', 'dependency-failing.md'],
    ['CanaryFailed', 'canary of catalog is worse than the baseline', 'bad-release.md'],
  ])('%s leads to its runbook, surely', async (alert, summary, file) => {
    const [best] = await search({ text: `${alert} ${summary}`, alerts: [alert], services: ['shop'] }, 3);
    expect(best?.about).toMatchObject({ kind: 'runbook', path: file });
    expect(best?.score).toBeGreaterThanOrEqual(0.6);
    expect(best?.score).toBeLessThanOrEqual(1);
    expect(best?.why).toMatch(/alert/);
  });

  test.each([
    ['pods are OOMKilled with exit code 137, resident memory grows', 'memory-growth.md'],
    ['oldest unacknowledged message in the queue is 40 minutes old', 'queue-backlog.md'],
    ['ImagePullBackOff, the image cannot be pulled', 'service-down.md'],
    ['too many connections, the pool is exhausted', 'dependency-failing.md'],
    ['95th percentile of response time above its bound', 'high-latency.md'],
  ])('“%s” finds its runbook by words alone', async (text, file) => {
    expect((await paths(text))[0]).toBe(file);
  });

  test.each([
    ['CertificateExpiringSoon', 'TLS certificate of www.shop.example expires in 5 days'],
    ['NtpClockSkew', 'clock drift on host rack7 exceeds 300 ms'],
    ['DiskWillFillSoon', 'filesystem /var on node 7 will be full in 4 hours, predicted from the last day'],
    ['BackupMissing', 'no backup of the customer database in 26 hours'],
    ['PrinterJam', 'paper tray two is blocked'],
  ])('nothing is returned for %s, which no runbook treats', async (alert, summary) => {
    expect(await paths(`${alert} ${summary}`, [alert])).toEqual([]);
  });

  test.each([
    ['MemoryLeakSuspected', 'resident memory of catalog climbs since noon', 'memory-growth.md'],
    ['SlowRequests', 'p99 latency of search went from 200 ms to 3 s', 'high-latency.md'],
    ['RabbitQueueDepth', 'queue orders has 20000 messages ready', 'queue-backlog.md'],
  ])('%s, which no runbook names, is found by its words, less surely', async (alert, summary, file) => {
    const [best] = await search({ text: `${alert} ${summary}`, alerts: [alert], services: [] }, 3);
    expect(best?.about).toMatchObject({ path: file });
    const [named] = await search({ text: summary, alerts: ['ServiceErrorRateHigh'], services: ['shop'] }, 1);
    expect(best?.score).toBeLessThan(named?.score ?? 0);
  });

  test('an exact alert scores above what words alone can reach', async () => {
    const text = 'memory grows, OOMKilled, exit code 137';
    const [byAlert] = await search({ text, alerts: ['ContainerOOMKilled'], services: [] }, 1);
    const [byWords] = await search({ text, alerts: [], services: [] }, 1);
    expect(byAlert?.score).toBeGreaterThan(byWords?.score ?? 1);
  });

  test('a link to a runbook in the alert outweighs its words', async () => {
    const [best] = await searching.search(
      {
        ...{
          text: 'p95 latency of catalog is high',
          alerts: ['SlowCatalog'],
          services: [],
          labels: {},
        },
        annotations: { runbook_url: 'https://wiki.example/runbooks/queue-backlog' },
      },
      1,
    );
    expect(best?.about).toMatchObject({ path: 'queue-backlog.md' });
    expect(best?.why).toBe('the alert links to it');
  });

  test('evidence carries quote, title, place and the typed actions', async () => {
    const [best] = await search({ text: 'rollout began', alerts: ['ServiceErrorRateHigh'], services: [] }, 1);
    expect(best).toMatchObject({ link: 'runbooks/high-error-rate.md' });
    expect(best?.title).toMatch(/^High error rate › /);
    expect(best?.quote.length).toBeLessThanOrEqual(900);
    expect(best?.about).toMatchObject({
      actions: [{ tool: 'kubernetes.rollback' }, { tool: 'kubernetes.restart' }],
    });
  });

  test('the runbook that names the alert is quoted once, and those that only share words are left out', async () => {
    const found = await paths(
      'ServiceErrorRateHigh error rate rollout latency',
      ['ServiceErrorRateHigh'],
      [],
      4,
    );
    expect(found).toEqual(['high-error-rate.md']);
  });

  test('the limit is kept', async () => {
    expect(await paths('error latency memory queue', ['ServiceErrorRateHigh'], [], 1)).toHaveLength(1);
  });
});

describe('which services a runbook is for', () => {
  beforeEach(clear);

  test('the runbook of the affected service comes before the general one, another service’s does not', async () => {
    const body = '\n## Fix\n\nRestart the gateway and watch the error rate.\n';
    await put('general.md', `---\ntitle: General\nalerts: [ErrorsHigh]\n---${body}`);
    await put('payments.md', `---\ntitle: Payments\nservices: [payments]\nalerts: [ErrorsHigh]\n---${body}`);
    await put('search.md', `---\ntitle: Search\nservices: [search]\nalerts: [ErrorsHigh]\n---${body}`);
    const found = await search(
      { text: 'gateway error rate', alerts: ['ErrorsHigh'], services: ['payments'] },
      9,
    );
    expect(found.map(({ title }) => title)).toEqual(['Payments › Fix', 'General › Fix', 'Search › Fix']);
    expect(found[2]?.score).toBeLessThan(0.3);
  });
});

describe('keeping files', () => {
  beforeEach(clear);

  test('a new version replaces the passages of the old one, also when it has fewer', async () => {
    await put(
      'disk.md',
      '---\ntitle: Disk\n---\n\n## One\n\nvacuum the tablespace\n\n## Two\n\nrotate the journald logs\n',
    );
    expect(await paths('journald')).toEqual(['disk.md']);
    await put('disk.md', '---\ntitle: Disk\n---\n\n## One\n\nenlarge the volume\n');
    expect(await paths('journald')).toEqual([]);
    expect(await paths('enlarge volume')).toEqual(['disk.md']);
    const { rows } = await db.query<{ n: number }>('select count(*) as n from passage');
    expect(rows[0]?.n).toBe(1);
  });

  test('a removed file is not found again, and the hashes tell which files are there', async () => {
    await put('disk.md', '# Disk\n\nvacuum the tablespace\n');
    expect([...(await store.known(SOURCE))]).toEqual([['disk.md', '# Disk\n\nvacuum the tablespace\n']]);
    await store.remove(SOURCE, ['disk.md']);
    expect(await store.known(SOURCE)).toEqual(new Map());
    expect(await paths('vacuum tablespace')).toEqual([]);
  });

  test('a file of front matter alone is found by the alert that it names', async () => {
    await put(
      'bare.md',
      '---\ntitle: Bare\nalerts: [DiskFull]\nactions: [{ tool: kubernetes.restart }]\n---\n',
    );
    expect(await paths('full', ['DiskFull'])).toEqual(['bare.md']);
  });

  test('identifiers and words meet, and misspelt words still find', async () => {
    await put('tls.md', '# Certificates\n\nRenew with `certRenewalJob`; then reload the ingress.\n');
    await put('dns.md', '# Resolver\n\nFlush the cache of the resolver.\n');
    expect((await paths('cert renewal job failed'))[0]).toBe('tls.md');
    expect((await paths('cert_renewal_job'))[0]).toBe('tls.md');
  });

  test('hostile text is only text', async () => {
    await put(
      "it's.md",
      `---\ntitle: "Robert'); drop table passage;--"\n---\n\n$1 & | ! ( :* quoted 'text' \\ "here"\n`,
    );
    for (const text of [
      "'); drop table passage; --",
      "a & | ! ( :* <-> '",
      '\\',
      '$1 quoted',
      '\u0000quoted',
    ]) {
      await expect(paths(text, ["x'y"], ["a'b"])).resolves.toBeInstanceOf(Array);
    }
    expect(await paths('quoted text')).toEqual(["it's.md"]);
  });

  test('an empty question and an empty store give nothing', async () => {
    expect(await paths('')).toEqual([]);
    expect(await paths('anything', ['Any'])).toEqual([]);
  });
});
