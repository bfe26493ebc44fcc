import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderBulletin } from '../../../../src/adapters/slack/render/bulletin.ts';
import { renderQuiet } from '../../../../src/adapters/slack/render/quiet.ts';
import type { Bulletin, DeadLetter } from '../../../../src/incident/bulletin.ts';
import { problemsOf, readable } from '../../../support/blocks.ts';
import { aQuietReport, aQuietRule, aStorm, aStormIncident } from '../../../support/bulletins.ts';
import { actsUpon, hostileText } from '../../../support/hostile-text.ts';
import { minutesAfter, NOON } from '../../../support/incident-view.ts';

const textOf = (bulletin: Bulletin): string => readable(renderBulletin(bulletin).blocks);
const dead = (...letters: Partial<DeadLetter>[]): Bulletin => ({
  id: 1,
  kind: 'dead-letter',
  openedAt: NOON,
  endedAt: NOON,
  letters: letters.map((letter) => ({
    queue: 'incident',
    incidentId: 12,
    error: 'Kubernetes answered 500',
    times: 1,
    lastAt: NOON,
    ...letter,
  })),
});

describe('the message of a storm', () => {
  it('says first what is grave and what to do, and then how all of it adds up', () => {
    const rendered = renderBulletin(aStorm());
    expect(rendered.text).toBe(
      'Alert storm: 3 incidents, 1 critical. Start with the critical ones below; each has a thread of its own.',
    );
    const text = readable(rendered.blocks);
    expect(text).toContain('10,432 messages received = 812 new + 9,500 repeats + 120 resolved');
    expect(text).toContain('812 alerts = 640 in incidents + 150 kept quiet + 22 not placed yet');
    expect(text.indexOf('INC-21 checkout: payments fail')).toBeLessThan(text.indexOf('INC-23'));
    expect(text).toContain('INC-22 storefront: pages are slow (212 alerts, resolved)');
  });

  it('counts every incident, also those that it cannot name', () => {
    const listed = Array.from({ length: 30 }, (_, index) => aStormIncident({ id: 100 - index }));
    const report = { incidents: { critical: 0, warning: 65, info: 3 }, listed };
    const text = textOf(aStorm({ report }));
    expect(text).toContain('68 incidents, none critical');
    expect(text).toContain('and 38 more incidents');
    for (const { id } of listed) expect(text).toContain(`INC-${id} `);
  });

  it('says when it is over', () => {
    expect(renderBulletin(aStorm({ endedAt: minutesAfter(14) })).text).toContain(
      'Alert storm over after 13 min: 3 incidents, 1 critical. What still goes on gets a thread',
    );
  });
});

describe('what was kept quiet', () => {
  it('adds up and names reasons and rules', () => {
    const text = textOf({ id: 1, kind: 'digest', openedAt: NOON, endedAt: NOON, report: aQuietReport() });
    expect(text).toContain('1,250 alerts came in = 200 in incidents + 1,050 kept quiet.');
    expect(text).toContain('900 maintenance');
    expect(text).toContain('PodRestarted in checkout: 900');
    expect(text).toContain('/sitrep quiet');
  });

  it('says so where nothing was', () => {
    const report = aQuietReport({
      alerts: { total: 3, inIncidents: 3, quiet: 0, unplaced: 0 },
      reasons: [],
      rules: [],
    });
    expect(readable(renderQuiet(report).blocks)).toContain('every alert is in an incident');
  });
});

describe('the notice of what was given up', () => {
  it('names the incident, what no longer happens and what to do', () => {
    const text = textOf(dead({ times: 3 }, { queue: 'proposal', incidentId: 13 }));
    expect(renderBulletin(dead({ times: 3 }, { queue: 'proposal' })).text).toContain('4 steps of its work');
    expect(text).toContain('Working on INC-12');
    expect(text).toContain('(3 times)');
    expect(text).toContain('look after INC-12 yourself. /sitrep why INC-12');
    expect(text).toContain('whether the action took effect, before anything is tried again');
    expect(text).toContain('Kubernetes answered 500');
  });
});

it('text from outside fits, pings nobody and presses nothing', () => {
  fc.assert(
    fc.property(hostileText, fc.integer({ min: 0, max: 30 }), (text, many) => {
      const times = <T>(make: (index: number) => T): T[] => Array.from({ length: many }, (_, n) => make(n));
      const report = aQuietReport({
        reasons: times(() => ({ reason: text, count: 1 })),
        rules: times(() => aQuietRule({ name: text, service: text, reason: text, why: text })),
      });
      const severities = ['critical', 'warning', 'info'] as const;
      const all = [
        renderBulletin(
          aStorm({
            report: {
              why: text,
              incidents: { critical: 100, warning: 0, info: 0 },
              listed: times((id) =>
                aStormIncident({ id, title: text, severity: severities[id % 3] ?? 'info' }),
              ),
            },
          }),
        ),
        renderBulletin({ id: 1, kind: 'digest', openedAt: NOON, endedAt: NOON, report }),
        renderQuiet(report),
        renderBulletin(dead(...times((incidentId) => ({ queue: text, incidentId, error: text })))),
      ];
      for (const rendered of all) {
        expect(problemsOf(rendered)).toEqual([]);
        expect(actsUpon(rendered.blocks)).toEqual([]);
        expect(rendered.text.replace(/&(?:amp|lt|gt);/g, '')).not.toMatch(/[<>*_~`@]|:\/\//);
      }
    }),
    { numRuns: 60 },
  );
});
