import { describe, expect, it } from 'vitest';
import type { IncidentView } from '../../src/incident/view.ts';
import { draftPostmortem } from '../../src/postmortem/draft.ts';
import type { Happening, JournalEntry } from '../../src/incident/journal.ts';
import type { Proposal } from '../../src/incident/proposal.ts';
import { aJournal, aPlan, aProposal, proposalId } from '../support/incident-view.ts';
import { deploy, incident, minutes, storedAlert, stored, T0 } from '../support/examples.ts';

const PEOPLE = [{ slackId: 'U0ONCALL', name: 'on-call', mayApprove: false, denied: false, keyHash: null }];

const view = (over: Partial<IncidentView> = {}): IncidentView => ({
  incident: incident({ title: 'checkout fails', openedAt: T0 }),
  alerts: [storedAlert()],
  counts: { firing: 0, resolved: 1 },
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
      expect(line).toMatch(/^- 2026-03-04 \d\d:\d\d:\d\d UTC .+ _\(journal \d, .+\)_$/);
    expect(timeline[1]).toBe('- 2026-03-04 03:04:00 UTC Note: it is the coupons _(journal 2, on-call)_');
  });

  it('says alerts that resolve one after another in one line, with both times and entries', () => {
    const [fired, note, resolved] = view().journal;
    const journal = [fired, note, resolved, { ...resolved, seq: 4, at: minutes(10) }] as JournalEntry[];
    expect(draftPostmortem(view({ journal }), PEOPLE)).toContain(
      '\n- 2026-03-04 03:09:00 UTC to 2026-03-04 03:10:00 UTC 2 alerts resolved: ServiceErrorRateHigh for checkout (2 times) _(journal 3 to 4, alertmanager)_\n',
    );
  });

  it('says how long it lasted and what is not known', () => {
    const draft = draftPostmortem(view(), PEOPLE);
    expect(draft).toContain('| Recovered | 2026-03-04 03:09:00 UTC (9 min after the first alert) |');
    expect(draft).toContain('| What helped | no action is verified to have helped |');
    expect(draft).toContain('revision 3 brought it (supported, by rules; evidence: pricing revision 3)');
  });

  it('tells of what helped when it was sent and verified, and of nothing else', () => {
    const rollback = aProposal({ id: proposalId(7), state: 'reverted', title: 'Scale catalog' });
    const undo = aProposal({ id: proposalId(8), state: 'succeeded', undoes: rollback.id, title: 'Undo it' });
    const plan = aPlan(['pricing', 'checkout'], [{ state: 'succeeded' }, { state: 'succeeded' }]);
    const ended = (proposal: Proposal): Happening[] => {
      const about = { proposal: proposal.id, title: proposal.title };
      return [
        { kind: 'action.sent', ...about, request: `patch for ${proposal.title}` },
        { kind: 'verification.ended', ...about, outcome: 'succeeded', why: 'it holds' },
      ];
    };
    const proposals = [rollback, undo, ...plan];
    const journal = aJournal(...proposals.flatMap(ended));
    const summary = draftPostmortem(view({ proposals, journal }), PEOPLE)
      .split('## Summary')[1]
      ?.split('##')[0]
      ?.trim()
      .split('\n');
    expect(summary).toEqual([
      '- No alert is on record.',
      expect.stringMatching(/Plan of 2 steps: .* was carried out _\(journal 7, sitrep\)_$/),
      expect.stringMatching(/Verification succeeded: Step 2 of 2: .* _\(journal 8, sitrep\)_$/),
    ]);
  });

  it('does not say of what only waits to be merged that it helped', () => {
    const { consent } = aProposal();
    const predicate = { ...consent.predicate, alertsResolved: false };
    const proposals = [aProposal({ state: 'succeeded', consent: { ...consent, predicate } })];
    expect(draftPostmortem(view({ proposals }), PEOPLE)).toContain('no action is verified to have helped');
  });

  it('calls it no recovery that somebody has closed it', () => {
    const closed = view()
      .journal.slice(0, 2)
      .concat({
        seq: 3,
        at: minutes(9),
        incidentId: 1,
        actor: 'U0ONCALL',
        kind: 'incident.moved',
        from: 'awaiting',
        to: 'closed',
        why: 'closed by a person',
      });
    const over = { incident: incident({ state: 'closed', resolvedAt: minutes(9) }), journal: closed };
    expect(draftPostmortem(view({ ...over, counts: { firing: 2, resolved: 1 } }), PEOPLE)).toContain(
      '| Recovered | not seen: closed by on-call at 2026-03-04 03:09:00 UTC while 2 alerts still fired |',
    );
    expect(draftPostmortem(view({ counts: { firing: 1, resolved: 1 } }), PEOPLE)).toContain(
      '| Recovered | not yet |',
    );
  });

  it('names who is suspected where no hypothesis stands, and says that it is no finding', () => {
    const suspect = { ...deploy(), score: 0.6 };
    const draft = draftPostmortem(view({ hypotheses: [], evidence: stored([suspect]) }), PEOPLE);
    expect(draft).toContain('- Suspected, the likeliest first, none confirmed: pricing revision 3');
    expect(draft).not.toContain('Nothing on record points to a cause');
    expect(draftPostmortem(view({ hypotheses: [], evidence: [] }), PEOPLE)).toContain(
      '- Nothing on record points to a cause.',
    );
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
