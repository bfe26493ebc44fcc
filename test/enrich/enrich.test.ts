import { describe, expect, it } from 'vitest';
import { enrich, type EvidenceSources } from '../../src/enrich/enrich.ts';
import { incident, minutes, SHOP, storedAlert, T0 } from '../support/examples.ts';

const nothing: EvidenceSources = {
  runbooks: { search: async () => [] },
  archive: { similar: async () => [], guilty: async () => [] },
  changes: null,
  commits: null,
  rollouts: null,
  signals: null,
  series: null,
  logs: null,
};
const RECORD = { own: [], blamed: [], now: T0 };
const collect = (sources: Partial<EvidenceSources>) =>
  enrich(incident({ openedAt: T0 }), [storedAlert()], SHOP, { ...nothing, ...sources }, RECORD);

describe('enrich', () => {
  it('asks for the alerting service and what it depends on, and for nothing else', async () => {
    const asked: string[] = [];
    await collect({
      rollouts: { rollouts: async (service) => (asked.push(service.name), []) },
    });
    expect(asked).toEqual(['checkout', 'pricing']);
  });

  it('asks for commits by the paths of those services, up to the first alert', async () => {
    const queries: unknown[] = [];
    await collect({ commits: { commits: async (query) => (queries.push(query), []) } });
    expect(queries).toEqual([
      {
        repo: 'acme/shop',
        since: minutes(-7 * 24 * 60),
        until: T0,
        paths: ['services/checkout', 'services/pricing'],
      },
    ]);
  });

  it('says that no commit looks guilty where none does, and not where one does', async () => {
    const commit = {
      repo: 'acme/shop',
      sha: 'c'.repeat(40),
      at: minutes(-6 * 24 * 60),
      author: 'dev',
      subject: 'tidy up',
      body: '',
      url: 'https://example.test/c',
      files: [{ path: 'docs/a.md', additions: 1, deletions: 0 }],
    };
    const found = (one: typeof commit) => collect({ commits: { commits: async () => [one] } });
    const innocent = await found(commit);
    expect(innocent.missing).toContain('No change before these alerts looks guilty.');
    expect(innocent.evidence).toHaveLength(1);
    const files = [{ path: 'services/checkout/a.js', additions: 1, deletions: 0 }];
    const { missing } = await found({
      ...commit,
      at: minutes(-10),
      subject: 'checkout: raise timeouts',
      files,
    });
    expect(missing).not.toContain('No change before these alerts looks guilty.');
  });

  it('lets the link of an alert to its runbook take part in the search', async () => {
    const links: (string | undefined)[] = [];
    await enrich(
      incident({ openedAt: T0 }),
      [storedAlert({ annotations: { runbook_url: 'runbooks/high-error-rate.md' } })],
      SHOP,
      {
        ...nothing,
        runbooks: { search: async ({ annotations }) => (links.push(annotations['runbook_url']), []) },
      },
      RECORD,
    );
    expect(links).toEqual(['runbooks/high-error-rate.md']);
  });

  it('puts an ill signal before a well one and leaves out what has no value', async () => {
    const values: Record<string, number | null> = {
      'errors{service="checkout"}': 0.01,
      'errors{service="pricing"}': 0.4,
    };
    const { evidence } = await collect({ signals: { value: async (query) => values[query] ?? null } });
    expect(evidence.map((one) => [one.title, one.score])).toEqual([
      ['pricing: error ratio', 1],
      ['checkout: error ratio', 0.1],
    ]);
    const { evidence: none } = await collect({ signals: { value: async () => null } });
    expect(none).toEqual([]);
  });

  it.each([
    [['kubernetes.rollback' as const], 'kubernetes.rollback helped'],
    [
      ['kubernetes.rollback' as const, 'github.open_revert_pull_request' as const],
      'the plan kubernetes.rollback, then github.open_revert_pull_request helped',
    ],
    [[], 'no verified fix is on record'],
  ])('says what helped in a similar incident: %j', async (worked, words) => {
    const past = {
      id: 7,
      title: 'checkout fails',
      service: 'checkout',
      severity: 'critical' as const,
      openedAt: T0,
    };
    const { evidence } = await collect({
      archive: {
        ...nothing.archive,
        similar: async () => [{ ...past, worked }],
      },
    });
    expect(evidence[0]).toMatchObject({
      title: 'INC-7 checkout fails',
      why: expect.stringContaining(words),
    });
  });

  it.each([
    ['runbooks', 'The runbook search'],
    ['archive', 'The archive of incidents'],
    ['commits', 'GitHub'],
    ['rollouts', 'The cluster'],
    ['signals', 'The metrics server'],
  ] as const)('goes on without %s and names it in one sentence', async (source, name) => {
    const fail = async () => {
      throw new Error('connection refused\n  at somewhere');
    };
    const broken = {
      search: fail,
      similar: fail,
      guilty: async () => [],
      commits: fail,
      rollouts: fail,
      value: fail,
    };
    const { missing } = await collect({ [source]: broken });
    expect(missing).toEqual([
      `${name} could not be reached (connection refused); what it knows is missing here.`,
    ]);
  });
});
