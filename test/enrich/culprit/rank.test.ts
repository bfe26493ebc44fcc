import { describe, expect, it } from 'vitest';
import { symptomOf, type Change } from '../../../src/enrich/culprit/change.ts';
import { rankChanges } from '../../../src/enrich/culprit/rank.ts';

let counter = 0;
const change = (over: Partial<Change> = {}): Change => {
  counter += 1;
  return {
    id: String(counter).padStart(8, '0'),
    kind: 'commit',
    ageS: counter * 3600,
    subject: `move part ${counter}`,
    body: '',
    paths: [`src/part${counter}.c`],
    diff: `+part(${counter});`,
    ...over,
  };
};
const others = (count: number) => Array.from({ length: count }, () => change());
const first = (text: string, changes: Change[]) =>
  rankChanges(symptomOf(text), changes).suspects[0]?.change.id;

describe('rankChanges', () => {
  it('suspects the newest where nothing else is known, and is not sure of it', () => {
    const changes = others(10);
    const ranking = rankChanges(symptomOf('it broke'), changes.toReversed());
    expect(ranking.suspects.map((one) => one.change.id)).toEqual(changes.map((one) => one.id));
    expect(ranking.firstRight).toBeLessThan(0.5);
  });

  it('gives probabilities that add up to one, with “none of these”', () => {
    const { suspects, none } = rankChanges(symptomOf('turnstile stays locked'), others(7));
    expect(suspects.reduce((sum, one) => sum + one.probability, none)).toBeCloseTo(1);
  });

  it('prefers what shares an identifier, however it is written, to what is newer', () => {
    const changes = others(12);
    const guilty = change({
      subject: 'gate: raise TurnstileHoldSeconds',
      diff: '+turnstile_hold_seconds = 90',
    });
    expect(first('the turnstiles stay locked for hold seconds', [...changes, guilty])).toBe(guilty.id);
    expect(first('turnstileHoldSeconds is wrong', [...changes, guilty])).toBe(guilty.id);
  });

  it('is surer when the subject is named, and doubts when the guilty change is not there', () => {
    const guilty = change({ subject: 'raise turnstile hold time', diff: '+hold = 90' });
    const rest = others(12);
    const symptom = symptomOf('turnstile hold time too long, queue at the gate');
    const [there, gone] = [rankChanges(symptom, [...rest, guilty]), rankChanges(symptom, rest)];
    expect(there.firstRight).toBeGreaterThan(gone.firstRight + 0.2);
    expect(gone.none).toBeGreaterThan(there.none);
  });

  it('acquits what was taken back already, unless it was brought again', () => {
    const culprit = { subject: 'use the cedar engine for gates', paths: ['gate/engine.c'] };
    const early = change({ ...culprit, ageS: 5000 });
    const revert = change({ subject: 'Revert "use the cedar engine for gates"', ageS: 4000 });
    const again = change({ ...culprit, ageS: 3000 });
    const place = (changes: Change[], id: string) =>
      rankChanges(symptomOf('gates stuck'), changes).suspects.findIndex((one) => one.change.id === id);
    const unrelated = change({ ageS: 6000, subject: 'gates: tidy hinges' });
    expect(place([early, revert, unrelated], unrelated.id)).toBeLessThan(
      place([early, revert, unrelated], early.id),
    );
    expect(place([early, revert, again, unrelated], again.id)).toBe(0);
  });

  it('lets documentation and tests sink below code that shares as much', () => {
    const docs = change({ subject: 'gate hinge', paths: ['docs/gate.md'], ageS: 100, diff: '' });
    const tests = change({ subject: 'gate hinge', paths: ['test/gate.test.js'], ageS: 200, diff: '' });
    const code = change({ subject: 'gate hinge', paths: ['src/gate.c'], ageS: 300, diff: '' });
    expect(first('gate hinge squeaks', [docs, tests, code])).toBe(code.id);
  });

  it('believes what is known of a running system before words', () => {
    const deployed = change({
      ageS: 90_000,
      known: { deployed: true, deployAgeS: 120, distance: 0, service: 'gate' },
    });
    const held = change({ ageS: 60, subject: 'hinge of the gate', known: { deployed: false, distance: 0 } });
    const ranking = rankChanges(symptomOf('hinge'), [held, deployed, ...others(5)]);
    expect(ranking.suspects[0]?.change.id).toBe(deployed.id);
    expect(ranking.suspects[0]?.why).toContain(
      'rolled out 2 min before the alert; touches gate, which alerts',
    );
  });

  it('does not let a chance word outweigh a rollout seconds before the alert', () => {
    const known = { deployAgeS: 8, distance: 1, service: 'hinge' };
    const rolledOut = change({ ageS: 3000, subject: 'check oil with one expression', known });
    const named = change({
      ageS: 3600,
      subject: 'sell at most twenty of a kind',
      paths: ['services/gate/limit.js'],
      diff: '+const most = twenty;',
      known: { distance: 0, service: 'gate' },
    });
    const symptom = symptomOf(
      'gate is slow: one in twenty requests of the gate service takes longer than 1 s',
    );
    const ranking = rankChanges(symptom, [rolledOut, named, ...others(4)]);
    expect(ranking.suspects[0]?.change.id).toBe(rolledOut.id);
  });

  it('finds what brings such symptoms where no word is shared', () => {
    const guilty = change({
      subject: 'tidy sign-in',
      paths: ['web/start.js'],
      diff: '-cookie.secure = true;',
    });
    expect(first('everybody is logged out', [...others(8), guilty])).toBe(guilty.id);
  });

  it('suspects the measure for the time being once the trouble is said to be over', () => {
    const changes = [...others(3), change({ subject: 'disable the east hinge for now' })];
    const measure = changes.at(-1)?.id;
    const suspicion = (text: string) =>
      rankChanges(symptomOf(text), changes).suspects.find((one) => one.change.id === measure)?.probability;
    expect(suspicion('the bolts are no longer needed')).toBeGreaterThan(
      2 * (suspicion('the bolts are now needed') ?? 1),
    );
  });

  it('knows a change by the ticket that both name, and no standard for a ticket', () => {
    const named = (ticket: string) => change({ body: `Asked for in ${ticket}.`, paths: [], diff: '' });
    const rest = others(3);
    for (const ticket of ['T123456', '#4711', 'GATE-12']) {
      const guilty = named(ticket);
      expect(first(`it squeaks, see ${ticket}`, [...rest, guilty])).toBe(guilty.id);
    }
    const signs = (ticket: string) =>
      rankChanges(symptomOf(`it squeaks in ${ticket}`), [named(ticket)]).suspects[0]?.weighed.map(
        ([sign]) => sign,
      );
    expect(signs('GATE-8')).toContain('ticket');
    expect(signs('UTF-8')).not.toContain('ticket');
  });

  it('tells changes of one text apart by a name that is spelled alike, and by their company', () => {
    const signs = (symptom: string, changes: Change[]) =>
      new Map(
        rankChanges(symptomOf(symptom), changes).suspects.map((one) => [one.change.id, new Map(one.weighed)]),
      );
    const exact = change({ diff: '+oilEveryHinge();' });
    const near = change({ subject: 'gate squeaks less in the orchard' });
    const kin = change({ subject: 'new trees for the orchard' });
    const found = signs('the gate squeaks in oilEveryHinge', [...others(8), exact, near, kin]);
    expect(found.get(exact.id)?.get('exact')).toBeGreaterThan(0);
    expect(found.get(near.id)?.has('exact')).toBe(false);
    const company = (id: string) => found.get(id)?.get('company') ?? 0;
    expect(company(kin.id)).toBeGreaterThan(company(exact.id));
  });

  it('follows a stack frame to its file', () => {
    const guilty = change({ paths: ['lib/hinge/oil.py'] });
    const symptom = {
      ...symptomOf('exception'),
      frames: ['File "/srv/app/lib/hinge/oil.py", line 4, in pour'],
    };
    expect(rankChanges(symptom, [...others(8), guilty]).suspects[0]?.change.id).toBe(guilty.id);
  });

  it('is content with nothing', () => {
    expect(rankChanges(symptomOf('anything'), [])).toMatchObject({ suspects: [], none: 1, firstRight: 0 });
    expect(rankChanges(symptomOf(''), [change({ subject: '', paths: [], diff: '' })]).suspects).toHaveLength(
      1,
    );
  });
});
