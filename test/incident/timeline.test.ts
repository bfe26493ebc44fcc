import { describe, expect, it } from 'vitest';
import type { Happening } from '../../src/incident/journal.ts';
import { timelineOf } from '../../src/incident/timeline.ts';
import { aJournal } from '../support/incident-view.ts';

const resolved = (alert: string, service: string | null): Happening => ({
  kind: 'alert.resolved',
  alert,
  service,
  source: 'alertmanager',
});
const note: Happening = { kind: 'note.added', text: 'it is the coupons' };

const texts = (...entries: Happening[]) => timelineOf(aJournal(...entries)).map(({ text }) => text);

describe('timelineOf', () => {
  it('says alerts that resolve one after another in one line, each name once with its number', () => {
    expect(
      texts(
        note,
        resolved('High', 'checkout'),
        resolved('High', 'checkout'),
        resolved('Slow', null),
        note,
        resolved('High', 'pricing'),
      ),
    ).toEqual([
      'Note: it is the coupons',
      '3 alerts resolved: High for checkout (2 times), Slow',
      'Note: it is the coupons',
      'High resolved for pricing',
    ]);
  });

  it('keeps which entries a line stands for', () => {
    const journal = aJournal(note, resolved('High', 'checkout'), resolved('Slow', 'checkout'));
    expect(timelineOf(journal).map(({ first, last }) => [first.seq, last.seq])).toEqual([
      [journal[0]?.seq, journal[0]?.seq],
      [journal[1]?.seq, journal[2]?.seq],
    ]);
  });

  it('keeps apart what different sources have said', () => {
    const journal = aJournal(resolved('High', null), resolved('Slow', null), resolved('Down', null)).map(
      (entry, place) => (place === 1 ? { ...entry, actor: 'grafana' } : entry),
    );
    expect(timelineOf(journal)).toHaveLength(3);
  });

  it('names five and counts the rest', () => {
    expect(texts(...['A', 'B', 'C', 'D', 'E', 'F', 'G'].map((name) => resolved(name, null)))).toEqual([
      '7 alerts resolved: A, B, C, D, E and 2 more',
    ]);
    expect(texts(...['A', 'B', 'C', 'D', 'E'].map((name) => resolved(name, null)))).toEqual([
      '5 alerts resolved: A, B, C, D, E',
    ]);
  });
});
