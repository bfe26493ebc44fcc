import { describe, expect, it } from 'vitest';
import {
  rankCommits,
  rankRollouts,
  type Affected,
  type Commit,
  type Rollout,
} from '../../src/enrich/suspects.ts';
import { symptomOf } from '../../src/enrich/culprit/change.ts';
import { minutes, T0 } from '../support/examples.ts';

const affected: Affected[] = [
  { name: 'checkout', distance: 0, paths: ['services/checkout'], alerting: true },
  { name: 'pricing', distance: 1, paths: ['services/pricing'], alerting: false },
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
  sha: null,
  at: minutes(-2),
  cause: null,
  ...over,
});
const first = (commits: Commit[], rollouts: Rollout[] = []) =>
  rankCommits(commits, rollouts, affected, symptomOf('pricing latency coupons'), [T0])[0];

describe('rankCommits', () => {
  it('says of the first alone how likely it is the guilty one, and by what', () => {
    const [best, other] = rankCommits(
      [commit(), commit({ at: minutes(-5) })],
      [],
      affected,
      symptomOf('pricing latency coupons'),
      [T0],
    );
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
    const why = (guilty: Parameters<typeof rankCommits>[5]) =>
      rankCommits([again, other], [], affected, symptomOf(''), [T0], guilty)
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
    const [suspect] = rankCommits([far, near], [], affected, symptomOf('latency'), [T0]);
    expect(suspect?.about).toMatchObject({ sha: near.sha });
  });

  it('never suspects what came after the onset or is older than a week', () => {
    expect(
      rankCommits(
        [commit({ at: minutes(1) }), commit({ at: minutes(-8 * 24 * 60) })],
        [],
        affected,
        symptomOf(''),
        [T0],
      ),
    ).toEqual([]);
  });

  it('judges a commit by the alert that followed it, whatever fired before', () => {
    const guilty = commit({ at: minutes(5) });
    const [suspect] = rankCommits(
      [commit(), guilty],
      [rollout({ sha: guilty.sha, at: minutes(8) })],
      affected,
      symptomOf('latency'),
      [T0, minutes(10)],
    );
    expect(suspect?.about).toMatchObject({ sha: guilty.sha });
    expect(suspect?.why).toContain('rolled out 2 min before the alert');
  });

  it('quotes the hunk that shares most with the symptom, not the first one', () => {
    const patch =
      '@@ -1 +1 @@\n-const a = 1;\n+const a = 2;\n@@ -90 +90 @@\n-expire(coupons);\n+keep(coupons);';
    const [suspect] = rankCommits(
      [commit({ files: [{ path: 'lib/x.js', additions: 2, deletions: 2, patch }] })],
      [],
      affected,
      symptomOf('coupons stay valid'),
      [T0],
    );
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
});

describe('rankRollouts', () => {
  it('knows what ran before, and puts the latest first', () => {
    const [newest, older] = rankRollouts(
      [
        rollout({ revision: 1, at: minutes(-900) }),
        rollout({ revision: 3 }),
        rollout({ revision: 2, at: minutes(-300) }),
      ],
      affected,
      [T0],
    );
    expect(newest?.about).toMatchObject({ revision: 3, previousRevision: 2 });
    expect(older?.about).toMatchObject({ revision: 2, previousRevision: 1 });
  });

  it('leaves out rollouts after the onset', () => {
    expect(rankRollouts([rollout({ at: minutes(1) })], affected, [T0])).toEqual([]);
  });
});
