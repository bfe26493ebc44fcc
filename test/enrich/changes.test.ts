import { expect, test } from 'vitest';
import { utc } from '../../src/incident/utc.ts';
import { enrich, type EvidenceSources } from '../../src/enrich/enrich.ts';
import type { RecordedChange } from '../../src/incident/change.ts';
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

const change = (over: Partial<RecordedChange>): RecordedChange => ({
  kind: 'commit',
  repo: 'acme/shop',
  key: 'a'.repeat(40),
  at: minutes(-10),
  author: 'a developer',
  subject: 'Change the pool',
  body: '',
  files: [{ path: 'config/pool.yaml', additions: 1, deletions: 1 }],
  url: null,
  service: null,
  environment: null,
  sha: null,
  flag: null,
  complete: true,
  ...over,
});

function look(changes: RecordedChange[], knownUntil: Date | null, over: Partial<EvidenceSources> = {}) {
  const log = {
    changes: async () => changes,
    knownUntil: async () => new Map(knownUntil ? [['acme/shop', knownUntil]] : []),
  };
  const alerts = [storedAlert(), storedAlert({ startsAt: minutes(30) })];
  const sources = { ...nothing, changes: log, ...over };
  return enrich(incident({ openedAt: T0 }), alerts, SHOP, sources, { own: [], blamed: [], now: minutes(31) });
}

const away = {
  commits: async () => {
    throw new Error('it is down');
  },
};

test('a change of shared configuration is found without asking GitHub', async () => {
  const { evidence, missing } = await look([change({})], minutes(29), { commits: away });
  expect(evidence.map(({ about }) => about)).toMatchObject([{ kind: 'commit', paths: ['config/pool.yaml'] }]);
  expect(missing.join()).not.toContain('GitHub');
});

test('with GitHub down, an old record costs only freshness, and the card says until when it is known', async () => {
  const { evidence, missing } = await look([change({})], minutes(-5), { commits: away });
  expect(evidence).toHaveLength(1);
  expect(missing.join()).toContain(`known up to ${utc(minutes(-5))}`);
});

test('an empty record is made up for by GitHub itself', async () => {
  const { kind: _, key: sha, ...rest } = change({});
  const { evidence } = await look([], null, {
    commits: { commits: async () => [{ ...rest, sha, url: '' }] },
  });
  expect(evidence.map(({ about }) => about.kind)).toEqual(['commit']);
});

test('what came after the first alert is judged by the start of a later one', async () => {
  const { evidence } = await look([change({ at: minutes(20) })], minutes(30));
  expect(evidence.map(({ about }) => about.kind)).toEqual(['commit']);
});

test('a flag that was switched is evidence, that of a service far away is not', async () => {
  const flag = { key: 'fast', before: 'false', after: 'true' };
  const { evidence } = await look(
    [
      change({ kind: 'flag', key: '1', flag, service: 'pricing' }),
      change({ kind: 'flag', key: '2', flag, service: 'elsewhere' }),
    ],
    minutes(30),
  );
  expect(evidence).toMatchObject([
    {
      title: 'flag fast',
      quote: expect.stringContaining('false → true'),
      about: { kind: 'flag', service: 'pricing' },
    },
  ]);
});
