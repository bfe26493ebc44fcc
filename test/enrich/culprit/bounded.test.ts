import { expect, it } from 'vitest';
import { boundedChange, symptomOf, type Change } from '../../../src/enrich/culprit/change.ts';
import { rankChanges } from '../../../src/enrich/culprit/rank.ts';

const change = (id: string, more: Partial<Change>): Change => ({
  id,
  kind: 'commit',
  ageS: 60,
  subject: 'paint the fence',
  body: '',
  paths: [],
  diff: '',
  ...more,
});

// Patterns that look for names take the square of a line's length: that they never see a long one is the bound.
it('compares no more of a symptom and of a change than can be read in reasonable time', () => {
  const letters = 'a'.repeat(500_000);
  const symptom = symptomOf(`the hinge.ts drips ${letters}`);
  expect(symptom.text.length).toBeLessThanOrEqual(2000);
  expect(symptom.frames).toEqual(['hinge.ts']);
  const lines = '+oil(hinge);\n'.repeat(500_000);
  const huge = { subject: letters, body: letters, paths: [letters], diff: `+${letters}\n${lines}` };
  const compared = boundedChange(change('b', huge));
  expect(compared.diff.length).toBeLessThanOrEqual(200_000);
  for (const text of [compared.subject, compared.body, ...compared.paths])
    expect(text.length).toBeLessThanOrEqual(2000);
  expect(rankChanges(symptom, [change('a', {}), change('b', huge)]).suspects[0]?.hunk.length).toBeLessThan(
    2000,
  );
});
