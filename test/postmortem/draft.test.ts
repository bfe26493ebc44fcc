import { describe, expect, it } from 'vitest';
import type { IncidentView } from '../../src/incident/view.ts';
import { draftPostmortem } from '../../src/postmortem/draft.ts';
import { deploy, incident, minutes, storedAlert, stored, T0 } from '../support/examples.ts';

const PEOPLE = [{ slackId: 'U0ONCALL', name: 'on-call', mayApprove: false, denied: false, keyHash: null }];

const view = (over: Partial<IncidentView> = {}): IncidentView => ({
  incident: incident({ title: 'checkout fails', openedAt: T0 }),
  alerts: [storedAlert()],
  counts: { firing: 1, resolved: 0 },
  evidence: stored([deploy()]),
  hypotheses: [
    {
      statement: 'revision 3 brought it',
      verdict: 'supported',
      evidenceFor: [1],
      evidenceAgainst: [],
      by: 'rules',
    },
  ],
  proposals: [],
  journal: [
    {
      seq: 1,
      at: T0,
      incidentId: 1,
      actor: 'alertmanager',
      kind: 'alert.fired',
      alert: 'ServiceErrorRateHigh',
      severity: 'critical',
      summary: 'checkout fails',
      service: 'checkout',
      source: 'alertmanager',
      link: null,
    },
    {
      seq: 2,
      at: minutes(4),
      incidentId: 1,
      actor: 'U0ONCALL',
      kind: 'note.added',
      text: 'it is the coupons',
    },
    {
      seq: 3,
      at: minutes(9),
      incidentId: 1,
      actor: 'alertmanager',
      kind: 'alert.resolved',
      alert: 'ServiceErrorRateHigh',
      service: 'checkout',
      source: 'alertmanager',
    },
  ],
  stopped: null,
  modelTokens: 0,
  ...over,
});

describe('draftPostmortem', () => {
  it('gives every line of the timeline its time and its source', () => {
    const timeline =
      draftPostmortem(view(), PEOPLE).split('## Timeline')[1]?.split('##')[0]?.trim().split('\n') ?? [];
    expect(timeline).toHaveLength(3);
    for (const line of timeline)
      expect(line).toMatch(/^- 2026-03-04T\d\d:\d\d:\d\d\.\d{3}Z .+ _\(journal \d, .+\)_$/);
    expect(timeline[1]).toBe('- 2026-03-04T03:04:00.000Z Note: it is the coupons _(journal 2, on-call)_');
  });

  it('says how long it lasted and what is not known', () => {
    const draft = draftPostmortem(view(), PEOPLE);
    expect(draft).toContain('| Recovered | 2026-03-04T03:09:00.000Z (9 min after the first alert) |');
    expect(draft).toContain('| What helped | no action is verified to have helped |');
    expect(draft).toContain('revision 3 brought it (supported, by rules; evidence: pricing revision 3)');
  });

  it('keeps outside text from being Markdown', () => {
    const nasty = '# Heading\n![x](https://evil.example/x.png) <img src=x> [a](b) `c` | d';
    const draft = draftPostmortem(view({ incident: incident({ title: nasty }) }), PEOPLE);
    expect(draft.split('\n')[0]).toBe(
      '# Postmortem (draft): INC-1 \\# Heading \\!\\[x\\](https://evil.example/x.png) \\<img src=x\\> \\[a\\](b) \\`c\\` \\| d',
    );
  });

  it('is the same for the same record', () => {
    expect(draftPostmortem(view(), PEOPLE)).toBe(draftPostmortem(view(), PEOPLE));
  });
});
