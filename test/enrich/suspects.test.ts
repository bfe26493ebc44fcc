import { describe, expect, it } from 'vitest';
import { knownRollouts, type History } from '../../src/enrich/rollouts.ts';
import type { Affected, Commit, GuiltyChange, Rollout } from '../../src/enrich/changed.ts';
import { rankSuspects } from '../../src/enrich/suspects.ts';
import { blankChange, type RecordedChange } from '../../src/incident/change.ts';
import type { OwnAction } from '../../src/incident/own-action.ts';
import { symptomOf } from '../../src/enrich/culprit/change.ts';
import { minutes, T0 } from '../support/examples.ts';

const affected: Affected[] = [
  { name: 'checkout', distance: 0, paths: ['services/checkout'] },
  { name: 'pricing', distance: 1, paths: ['services/pricing'] },
];
let counter = 0;
const commit = (over: Partial<Commit> = {}): Commit => ({
  repo: 'acme/shop',
  sha: String((counter += 1)).padEnd(40, 'a'),
  at: minutes(-60),
  author: 'dev',
  subject: 'change something',
  body: '',
  url: 'https://example.test/c',
  files: [{ path: 'services/pricing/coupons.js', additions: 1, deletions: 1 }],
  ...over,
});
const rollout = (over: Partial<Rollout> = {}): Rollout => ({
  service: 'pricing',
  namespace: 'shop',
  deployment: 'pricing',
  revision: 2,
  image: 'shop/pricing:x',
  template: null,
  sha: null,
  at: minutes(-2),
  cause: null,
  ...over,
});
type Given = {
  commits?: Commit[];
  rollouts?: Rollout[];
  flags?: RecordedChange[];
  guilty?: GuiltyChange[];
} & Partial<History>;
const rank = (
  { commits = [], rollouts = [], flags = [], guilty = [], own = [], blamed = [] }: Given,
  symptom = symptomOf('pricing latency coupons'),
  onsets = [T0],
) =>
  rankSuspects(
    { commits, rollouts: knownRollouts(rollouts, { own, blamed }), flags, guilty },
    affected,
    symptom,
    onsets,
  );
const first = (commits: Commit[], rollouts: Rollout[] = []) => rank({ commits, rollouts })[0];
const flag = (over: Partial<RecordedChange> = {}): RecordedChange => ({
  ...blankChange('flag', 'flags:unleash', '1', minutes(-3)),
  flag: { key: 'new-coupons', before: 'off', after: 'on' },
  service: 'pricing',
  ...over,
});
const rollback = (over: Partial<OwnAction> = {}): OwnAction => ({
  tool: 'kubernetes.rollback',
  namespace: 'shop',
  deployment: 'pricing',
  at: minutes(-10),
  by: 'approver',
  state: 'succeeded',
  undid: false,
  template: 'good',
  left: 4,
  ...over,
});

describe('rankSuspects', () => {
  it('says of the first alone how likely it is the guilty one, and by what', () => {
    const [best, other] = rank({ commits: [commit(), commit({ at: minutes(-5) })] });
    expect(best?.confidence?.shipped?.probability).toBeGreaterThan(0);
    expect(Object.keys(best?.confidence?.shipped?.features ?? {}).length).toBeGreaterThan(0);
    expect(best?.confidence?.record).toBe('not yet calibrated');
    expect(other?.confidence).toBeNull();
  });

  it('suspects what was just rolled out before what was only committed later', () => {
    const guilty = commit({ at: minutes(-600) });
    const newer = commit({ at: minutes(-5) });
    expect(first([newer, guilty], [rollout({ sha: guilty.sha.slice(0, 12) })])?.about).toMatchObject({
      sha: guilty.sha,
    });
  });

  it('lets documentation and tests sink', () => {
    const docs = commit({ files: [{ path: 'services/pricing/README.md', additions: 90, deletions: 0 }] });
    const code = commit({ at: minutes(-3000) });
    expect(first([docs, code])?.about).toMatchObject({ sha: code.sha });
  });

  it('remembers where guilty commits were before, and not the commit itself', () => {
    const [again, other] = [
      commit(),
      commit({ files: [{ path: 'services/pricing/tax.js', additions: 1, deletions: 0 }] }),
    ];
    const past = { repo: again.repo, sha: 'b'.repeat(40), paths: ['services/pricing/tax.js'] };
    const why = (guilty: GuiltyChange[]) =>
      rank({ commits: [again, other], guilty }, symptomOf(''))
        .filter((one) => one.why.includes('guilty before'))
        .map(({ about }) => (about.kind === 'commit' ? about.sha : ''));
    expect(why([past])).toEqual([other.sha]);
    expect(
      why([
        { ...past, repo: 'acme/other' },
        { ...past, sha: other.sha },
      ]),
    ).toEqual([]);
  });

  it('suspects the nearer service first', () => {
    const far = commit();
    const near = commit({ files: [{ path: 'services/checkout/x.js', additions: 1, deletions: 0 }] });
    const [suspect] = rank({ commits: [far, near] }, symptomOf('latency'));
    expect(suspect?.about).toMatchObject({ sha: near.sha });
  });

  it('never suspects what came after the onset or is older than a week', () => {
    const ages = [minutes(1), minutes(-8 * 24 * 60)];
    const commits = ages.map((at) => commit({ at }));
    const rollouts = ages.map((at, place) => rollout({ at, revision: place }));
    expect(rank({ commits, rollouts, flags: ages.map((at) => flag({ at })) })).toEqual([]);
  });

  it('judges a commit by the alert that followed it, whatever fired before', () => {
    const guilty = commit({ at: minutes(5) });
    const [suspect] = rank(
      { commits: [commit(), guilty], rollouts: [rollout({ sha: guilty.sha, at: minutes(8) })] },
      symptomOf('latency'),
      [T0, minutes(10)],
    );
    expect(suspect?.about).toMatchObject({ sha: guilty.sha });
    expect(suspect?.why).toContain('rolled out 2 min before the alert');
  });

  it('quotes the hunk that shares most with the symptom, not the first one', () => {
    const patch =
      '@@ -1 +1 @@\n-const a = 1;\n+const a = 2;\n@@ -90 +90 @@\n-expire(coupons);\n+keep(coupons);';
    const commits = [commit({ files: [{ path: 'lib/x.js', additions: 2, deletions: 2, patch }] })];
    const [suspect] = rank({ commits }, symptomOf('coupons stay valid'));
    expect(suspect?.quote).toContain('lib/x.js\n-expire(coupons);');
    expect(suspect?.quote).not.toContain('const a');
  });

  it('says why, and quotes the change', () => {
    const guilty = commit({
      files: [{ path: 'services/pricing/a.js', additions: 1, deletions: 0, patch: '@@ -1 +1 @@\n+bad()' }],
    });
    const suspect = first([guilty], [rollout({ sha: guilty.sha })]);
    expect(suspect?.why).toContain('rolled out 2 min before the alert');
    expect(suspect?.quote).toContain('+bad()');
  });

  it('judges commits, rollouts and flags together, so that their probabilities add up to one at most', () => {
    const suspects = rank({
      commits: [commit({ files: [{ path: 'docs/a.md', additions: 1, deletions: 0 }] })],
      rollouts: [rollout({ at: minutes(-2) })],
      flags: [flag({ at: minutes(-200), service: null })],
    });
    expect(suspects.map(({ about }) => about.kind)).toEqual(['deploy', 'flag', 'commit']);
    expect(suspects.reduce((sum, { score }) => sum + score, 0)).toBeLessThanOrEqual(1);
    expect(suspects[0]?.confidence).toBeTruthy();
  });

  it('gives the rollout of a commit the score of the commit, and is not twice as sure for it', () => {
    const guilty = commit({ at: minutes(-30) });
    const [one, other] = rank({ commits: [guilty], rollouts: [rollout({ sha: guilty.sha.slice(0, 8) })] });
    expect(new Set([one?.about.kind, other?.about.kind])).toEqual(new Set(['commit', 'deploy']));
    expect(one?.score).toBe(other?.score);
  });

  it('prefers the flag that was switched just before, and leaves out those of other services', () => {
    const flags = [flag(), flag({ key: '2', at: minutes(-1), service: 'search' })];
    const [suspect, ...others] = rank({ rollouts: [rollout({ at: minutes(-700) })], flags });
    expect(suspect?.about).toMatchObject({ kind: 'flag', key: 'new-coupons' });
    expect(others.filter(({ about }) => about.kind === 'flag')).toEqual([]);
  });

  it('does not bother people with a rollout that has run well for more than a day', () => {
    const rollouts = [rollout({ revision: 1, at: minutes(-26 * 60) }), rollout({ revision: 2 })];
    expect(rank({ rollouts }).map(({ title }) => title)).toEqual(['pricing revision 2']);
  });
});

describe('rollouts that Sitrep brought itself', () => {
  const bad = rollout({ revision: 4, template: 'bad', at: minutes(-60) });
  const back = rollout({ revision: 5, template: 'good', at: minutes(-9) });

  it('are told as such and not suspected where they helped; neither is what they took out of service', () => {
    const [own, ...others] = rank({ rollouts: [bad, back], own: [rollback()] });
    expect(own?.why).toContain("Sitrep's own rollback, approved by approver; it helped");
    expect(own?.score).toBe(0);
    expect(own?.confidence).toBeUndefined();
    // When it was sent, not when the cluster called it complete.
    expect(own?.about).toMatchObject({ own: { helped: true }, at: minutes(-10).toISOString() });
    expect(others).toEqual([]);
  });

  it('are suspects of what began after them where verification did not say that they helped', () => {
    const [suspect] = rank({ rollouts: [bad, back], own: [rollback({ state: 'failed' })] });
    expect(suspect?.about).toMatchObject({ revision: 5, own: { helped: false } });
    expect(suspect?.score).toBeGreaterThan(0.3);
    expect(suspect?.why).toContain("Sitrep's own rollback");
  });

  it('are no suspects of what had begun before them', () => {
    const own = [rollback({ state: 'failed' })];
    const found = rank({ rollouts: [bad, back], own }, symptomOf('latency'), [minutes(-30)]);
    expect(found.map(({ about, score }) => [about.kind === 'deploy' && about.revision, score > 0])).toEqual([
      [4, true],
      [5, false],
    ]);
  });

  it('suspects what was cured of the harm before the cure', () => {
    const [suspect] = rank({ rollouts: [bad, back], own: [rollback()] }, symptomOf('x'), [minutes(-58)]);
    expect(suspect?.about).toMatchObject({ revision: 4, running: false });
  });
});

describe('what ran before', () => {
  const target = (given: Given) =>
    rank(given).find(({ about }) => about.kind === 'deploy' && about.running)?.about;
  const rollouts = [1, 2, 3].map((revision) =>
    rollout({
      revision,
      template: `t${revision}`,
      sha: `${revision}`.repeat(12),
      at: minutes(10 * revision - 31),
    }),
  );
  const nobody = { namespace: null, deployment: null, revision: null, template: null, sha: null };

  it('is the revision below', () => {
    expect(target({ rollouts })).toMatchObject({ revision: 3, previousRevision: 2 });
  });

  it('is never a revision that was found guilty, under whatever number it runs now', () => {
    const guilty = { ...nobody, namespace: 'shop', deployment: 'pricing' };
    const skipped = [
      { ...guilty, revision: 2 },
      { ...guilty, revision: 9, template: 't2' },
      { ...nobody, sha: '2'.repeat(40) },
    ];
    for (const one of skipped)
      expect(target({ rollouts, blamed: [one] })).toMatchObject({ previousRevision: 1 });
    const both = ['t1', 't2'].map((template) => ({ ...guilty, revision: 9, template }));
    expect(target({ rollouts, blamed: both })).toMatchObject({ previousRevision: null });
  });
});
