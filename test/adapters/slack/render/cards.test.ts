import { describe, expect, it } from 'vitest';
import { TOKENS } from '../../../support/button-tokens.ts';
import { advice } from '../../../../src/adapters/slack/render/advice.ts';
import { renderEvidence } from '../../../../src/adapters/slack/render/evidence.ts';
import { renderStatus } from '../../../../src/adapters/slack/render/listing.ts';
import { renderOutcome } from '../../../../src/adapters/slack/render/outcome.ts';
import { renderProposal } from '../../../../src/adapters/slack/render/proposal.ts';
import { renderSlot } from '../../../../src/adapters/slack/render/slots.ts';
import { renderSummary } from '../../../../src/adapters/slack/render/summary.ts';
import { buttonsIn, everyObject, problemsOf, readable } from '../../../support/blocks.ts';
import {
  aJournal,
  anAlert,
  anIncident,
  aProposal,
  aView,
  minutesAfter,
  proposalId,
  someEvidence,
} from '../../../support/incident-view.ts';
import { rendered } from '../../../support/rendered.ts';

describe('the root message', () => {
  it('shows decisions in the order of time, what was carried out before what was withdrawn, and how many more', () => {
    const at = (minute: number, changes: Parameters<typeof aProposal>[0]) =>
      aProposal({
        id: proposalId(minute),
        title: `Action ${minute}`,
        decidedAt: minutesAfter(minute),
        decidedBy: 'U0APPROVER',
        ...changes,
      });
    const view = aView({
      proposals: [
        at(7, { state: 'succeeded' }),
        at(1, { state: 'superseded', decidedAt: null, createdAt: minutesAfter(1) }),
        at(2, { state: 'rejected' }),
        at(3, { state: 'failed' }),
        at(4, { state: 'expired', decidedAt: null, expiresAt: minutesAfter(4) }),
        at(5, { state: 'sent' }),
        at(6, { state: 'proposed', decidedAt: null }),
        at(8, { state: 'reverted' }),
      ],
    });
    const told = (of: typeof view) =>
      readable(renderSummary(of).blocks)
        .match(/Action \d|and \d+ more/g)
        ?.slice(-7);
    expect(told(view)).toEqual([2, 3, 4, 5, 7, 8].map((one) => `Action ${one}`).concat('and 1 more'));
    const fewer = view.proposals.slice(0, 6);
    expect(told({ ...view, proposals: fewer })).not.toContain('and 1 more');
  });

  it('says in its first two lines what is going on and what to do', () => {
    const { text, blocks } = renderSummary(aView());
    const [first, second] = readable(blocks[0]).split('\n');
    expect(first).toBe(' INC-12 critical: CheckoutErrors in checkout');
    expect(second).toBe(' Decide in the thread: “Roll back checkout to revision 4” (confidence medium).');
    expect(text).toContain('CheckoutErrors in checkout');
    expect(text).toContain('Decide in the thread');
  });

  it('says of a value in what an alert said that it is of the time when it was reported', () => {
    const alerts = [anAlert({ name: 'New', summary: 'checkout fails 30 %' })];
    const incident = anIncident({ title: 'checkout fails 27 %' });
    const shown = readable(renderSummary(aView({ alerts, incident })).blocks);
    expect(shown).toContain('INC-12 critical: checkout fails 27 % (when it began)\n');
    expect(shown).toContain('New firing: checkout fails 30 % (when it was reported)');
    const over = anIncident({ ...incident, state: 'resolved', resolvedAt: minutesAfter(8) });
    expect(readable(renderSummary(aView({ incident: over })).blocks)).not.toContain('when it began');
    expect(readable(renderSummary(aView()).blocks)).not.toMatch(/when it (began|was reported)/);
  });

  it('counts what fires and what resolved, and shows the firing ones first', () => {
    const alerts = [
      anAlert({ name: 'Old', status: 'resolved' }),
      anAlert({ name: 'New' }),
      anAlert({ name: 'Newer' }),
    ];
    const shown = readable(renderSummary(aView({ alerts })).blocks);
    expect(shown).toContain('2 alerts firing, 1 resolved');
    expect(shown.indexOf('New')).toBeLessThan(shown.indexOf('Old'));
  });

  it('says who decided what', () => {
    const approved = aProposal({ state: 'verifying', decidedBy: 'U0APPROVER', decidedAt: minutesAfter(3) });
    const journal = aJournal({
      kind: 'approval.given',
      proposal: approved.id,
      title: approved.title,
      digest: approved.digest,
      given: 1,
      needed: 1,
      actor: 'U0APPROVER',
    });
    const shown = readable(renderSummary(aView({ proposals: [approved], journal })).blocks);
    expect(shown).toContain('approved by <@U0APPROVER> 2026-03-02 12:03:00 UTC');
    expect(shown).toContain('Wait: “Roll back checkout to revision 4” is under way.');
  });

  it('forgets what an earlier look missed once another look has been taken', () => {
    const journal = aJournal(
      { kind: 'evidence.missing', what: 'No runbook matches these alerts.' },
      { kind: 'evidence.found', count: 1, best: [] },
      { kind: 'evidence.missing', what: 'GitHub cannot be reached, so commits are missing.' },
    );
    const shown = readable(renderSummary(aView({ journal })).blocks);
    expect(shown).not.toContain('No runbook matches');
    expect(shown).toContain('GitHub cannot be reached');
  });

  it('says in a plain sentence what could not be looked at, once', () => {
    const journal = aJournal(
      { kind: 'evidence.missing', what: 'GitHub cannot be reached, so commits are missing.' },
      { kind: 'evidence.missing', what: 'GitHub cannot be reached, so commits are missing.' },
    );
    const view = aView({ journal });
    expect(readable(renderSummary(view).blocks).split('GitHub cannot be reached')).toHaveLength(2);
    expect(readable(renderEvidence(view).blocks).split('GitHub cannot be reached')).toHaveLength(2);
  });

  it('prints what the model cost only when it was asked', () => {
    expect(readable(renderSummary(aView({ modelTokens: 12_345 })).blocks)).toContain('12,345 tokens');
    expect(readable(renderSummary(aView()).blocks)).not.toContain('tokens');
  });

  it('is calm about an incident that is over', () => {
    const incident = anIncident({ state: 'resolved', resolvedAt: minutesAfter(8) });
    const shown = readable(renderSummary(aView({ incident, proposals: [] })).blocks);
    expect(shown).toContain('INC-12 resolved');
    expect(shown).toContain('resolved after 8 min');
  });

  it('asks a person to look where an outcome is unknown, before anything else', () => {
    const proposals = [
      aProposal({ state: 'unknown' }),
      aProposal({ id: proposalId(2), rank: 2, title: 'Restart checkout' }),
    ];
    expect(readable(renderSummary(aView({ proposals })).blocks[0])).toContain('Look yourself');
  });

  it('says beside a decision what came of it', () => {
    const proposals = [aProposal({ state: 'failed', decidedBy: 'U0APPROVER' })];
    expect(readable(renderSummary(aView({ proposals })).blocks)).toMatch(/approved by .* · it did not help/);
  });
});

describe('the advice', () => {
  const failed = aProposal({ state: 'failed' });
  const other = aProposal({ id: proposalId(2), rank: 2, title: 'Restart checkout' });
  const undo = aProposal({ id: proposalId(3), undoes: failed.id, title: 'Undo the rollback' });
  const rollback = '“Roll back checkout to revision 4”';
  it.each([
    ['open', [], 'Nothing yet'],
    ['awaiting', [], 'No fix that Sitrep could propose'],
    [
      'awaiting',
      [aProposal(), other],
      `Decide in the thread: ${rollback} (confidence medium) or the other proposal.`,
    ],
    ['awaiting', [failed], `${rollback} did not help: decide in the thread whether to undo it.`],
    ['awaiting', [failed, other], 'whether to undo it or to try “Restart checkout” (confidence medium).'],
    ['awaiting', [aProposal({ state: 'inconclusive' })], `${rollback} may not have helped`],
    ['awaiting', [failed, other, undo], 'Decide in the thread: “Undo the rollback” or the other proposal.'],
    [
      'awaiting',
      [aProposal({ id: proposalId(8), rank: 0, requestedBy: 'U0ONCALL', title: 'Scale it' }), other],
      `Decide in the thread: “${other.title}”`,
    ],
    ['mitigating', [aProposal({ state: 'sent' }), other], `Wait: ${rollback} is under way.`],
    ['monitoring', [aProposal({ state: 'succeeded' })], 'watching whether it stays well'],
    ['monitoring', [aProposal({ state: 'succeeded' }), other], 'watching whether it stays well'],
    ['monitoring', [{ ...other, requestedBy: 'U0ONCALL' }], `Decide in the thread: “${other.title}”`],
    ['monitoring', [undo], 'Decide in the thread: “Undo the rollback”'],
    ['resolved', [], 'It is over. Read the postmortem draft'],
    [
      'resolved',
      [
        aProposal({ state: 'succeeded', decidedAt: new Date(1_000) }),
        { ...other, state: 'succeeded', decidedAt: new Date(2_000) },
      ],
      `It is over: “${other.title}” helped. Read`,
    ],
    ['resolved', [aProposal({ state: 'succeeded' }), other], `It is over: ${rollback} helped. Read`],
    [
      'resolved',
      [aProposal({ state: 'succeeded' }), undo],
      `It is over: ${rollback} helped. An undo still waits for an answer in the thread: “Undo the rollback”. Read`,
    ],
    ['closed', [other], 'Nothing to do'],
    ['closed', [undo], 'This incident is closed. An undo still waits for an answer in the thread'],
    [
      'closed',
      [4, 5, 6, 7].map((n) => aProposal({ id: proposalId(n), undoes: proposalId(n + 10) })),
      'This incident is closed. 4 undos still wait for an answer in the thread.',
    ],
  ] as const)('while %s fits what was proposed', (state, proposals, expected) => {
    expect(advice(aView({ incident: anIncident({ state }), proposals: [...proposals] }))).toContain(expected);
  });

  it('sends nobody to a decision while all actions are stopped', () => {
    expect(advice(aView({ stopped: { by: 'U0ONCALL', why: 'drill', undoing: [] } }))).toContain(
      '/sitrep resume',
    );
  });
});

it('says of a stop from outside Slack what lifts it, and nothing that does not', () => {
  const why =
    'the file STOPPED is there, and “sitrep resume” in a terminal there removes it (drill, by cli:ann)';
  const stopped = { by: 'sitrep', why, isOutside: true, undoing: [] };
  const view = aView({ stopped });
  const [card] = view.proposals;
  if (!card) throw new Error('nothing is proposed');
  const said = [
    readable(renderStatus([], [], stopped, 'U0ONCALL').blocks),
    advice(view),
    readable(renderProposal(view, card, TOKENS).blocks),
  ];
  for (const one of said) {
    expect(one).toContain(why);
    expect(one).not.toMatch(/stopped by Sitrep|\/sitrep resume/);
  }
});

describe('while a stop lets something be undone', () => {
  const done = aProposal({ state: 'succeeded' });
  const undo = aProposal({ id: proposalId(9), undoes: done.id, title: 'Undo: Roll back checkout' });
  const other = aProposal({ id: proposalId(8), title: 'Restart checkout' });
  const stopped = { by: 'U0ONCALL', why: 'drill', undoing: [done.id] };
  const view = aView({ proposals: [done, other, undo], stopped });

  it.each(['awaiting', 'resolved', 'closed'] as const)('sends people to that card alone when %s', (state) => {
    expect(advice({ ...view, incident: anIncident({ state }) })).toBe(
      'Decide in the thread: “Undo: Roll back checkout”. All other actions are stopped.',
    );
  });

  it('says on each card whether it can be approved', () => {
    expect(readable(renderProposal(view, undo, TOKENS).blocks)).toContain(
      'it runs as soon as it is approved',
    );
    expect(readable(renderProposal(view, other, TOKENS).blocks)).toContain(
      'cannot be approved until a listed approver says /sitrep resume',
    );
    const approved = { ...undo, state: 'approved' as const };
    expect(readable(renderProposal(view, approved).blocks)).toContain('waiting to be carried out');
    expect(readable(renderSummary(view).blocks)).toContain(
      'All actions are stopped, except undoing “Roll back checkout to revision 4”: drill',
    );
    expect(readable(renderStatus([], [], stopped, 'U0ONCALL').blocks)).toContain('Except undoing 1 action,');
  });

  it('keeps the buttons of an undo where the incident is over, and no others', () => {
    const over = { ...view, incident: anIncident({ state: 'closed' }) };
    expect(Object.keys(buttonsIn(renderProposal(over, undo, TOKENS).blocks))).toHaveLength(2);
    expect(buttonsIn(renderProposal(over, other, TOKENS).blocks)).toEqual({});
  });
});

describe('the card of a proposal', () => {
  it('shows the lines of the consent exactly, with buttons that carry nothing but a token', () => {
    const proposal = aProposal();
    const { blocks } = renderProposal(aView(), proposal, TOKENS);
    const preformatted = everyObject(blocks).filter((object) => object['type'] === 'rich_text_preformatted');
    expect(preformatted).toEqual([
      {
        type: 'rich_text_preformatted',
        elements: [{ type: 'text', text: proposal.consent.card.join('\n') }],
      },
    ]);
    expect(buttonsIn(blocks)).toEqual({
      [`approve:${proposal.id}`]: TOKENS.approve,
      [`reject:${proposal.id}`]: TOKENS.reject,
    });
    const shown = readable(blocks);
    expect(shown).toContain('Confidence medium (not yet calibrated)');
    expect(shown).toContain(
      'Revision 5 went out 6 minutes before the first alert (github.example/shop/runbooks/checkout.md)',
    );
    expect(shown).toContain('Expires 2026-03-02 12:30:00 UTC');
  });

  it('warns of a suspect that comes back by itself where a rollback is approved together with its undo', () => {
    const { inverse, consent, ...rest } = aProposal();
    const card = (undoIfFailed: typeof inverse, changes: Parameters<typeof aProposal>[0] = {}) =>
      readable(
        renderProposal(
          aView(),
          aProposal({ ...rest, consent: rendered({ ...consent, undoIfFailed }), ...changes }),
          TOKENS,
        ).blocks,
      );
    const caution =
      'Careful: where this does not help, revision 5 is put back by itself, which is suspected of this incident: deployment checkout';
    expect(card(inverse)).toContain(caution);
    expect(card(null)).not.toContain('Careful');
    expect(card(inverse, { state: 'rejected' })).not.toContain('Careful');
    const target = { namespace: 'shop', deployment: 'checkout' };
    expect(card({ tool: 'kubernetes.restart', arguments: target })).not.toContain('Careful');
  });

  it('replaces the buttons by who decided what, and why', () => {
    const rejected = aProposal({
      state: 'rejected',
      decidedBy: 'U0APPROVER',
      decidedAt: minutesAfter(2),
      decisionReason: 'the cart is worse',
    });
    const { blocks } = renderProposal(aView({ proposals: [rejected] }), rejected, TOKENS);
    expect(buttonsIn(blocks)).toEqual({});
    expect(readable(blocks)).toContain(
      'Decision: rejected by <@U0APPROVER> 2026-03-02 12:02:00 UTC: the cart is worse',
    );
  });

  it('shows how far the action has come', () => {
    const proposal = aProposal({ state: 'verifying', decidedBy: 'U0APPROVER', decidedAt: minutesAfter(1) });
    const about = { proposal: proposal.id, title: proposal.title };
    const journal = aJournal(
      { kind: 'action.claimed', ...about, digest: proposal.digest },
      { kind: 'action.sent', ...about, request: 'PATCH deployment shop/checkout' },
      { kind: 'action.confirmed', ...about, readBack: 'revision 6 runs image v4' },
    );
    const shown = readable(renderProposal(aView({ proposals: [proposal], journal }), proposal).blocks);
    expect(shown).toContain('sent: PATCH deployment shop/checkout');
    expect(shown).toContain('confirmed by reading back: revision 6 runs image v4');
    expect(shown).toContain('watching for up to 120 s');
  });

  it('has no buttons any more when the incident is over', () => {
    const over = aView({ incident: anIncident({ state: 'closed' }) });
    expect(buttonsIn(renderProposal(over, aProposal(), TOKENS).blocks)).toEqual({});
  });

  it('names the file that shows it whole when it is too long for a message', () => {
    const proposal = aProposal();
    proposal.consent.card = [...proposal.consent.card, 'Dry run: '.repeat(1_000)];
    const { blocks } = renderProposal(aView({ proposals: [proposal] }), proposal, TOKENS);
    expect(readable(blocks)).toContain(`sitrep-card-${proposal.id}.txt`);
    expect(readable(blocks)).toContain('Approve…');
    expect(JSON.stringify(blocks)).not.toContain('Dry run: Dry run:');
  });

  it('mentions only what looks like a Slack user', () => {
    const proposal = aProposal({ state: 'rejected', decidedBy: '!channel', decidedAt: minutesAfter(1) });
    const { blocks } = renderProposal(aView({ proposals: [proposal] }), proposal);
    expect(everyObject(blocks).filter((object) => object['type'] === 'user')).toEqual([]);
    expect(readable(blocks)).toContain('rejected by !channel');
  });

  it('needs both approvals in sight when two people must agree', () => {
    const proposal = aProposal();
    proposal.consent.approvalsNeeded = 2;
    const journal = aJournal({
      kind: 'approval.given',
      proposal: proposal.id,
      title: '',
      digest: proposal.digest,
      given: 1,
      needed: 2,
      actor: 'U0APPROVER',
    });
    const { blocks } = renderProposal(aView({ proposals: [proposal], journal }), proposal, TOKENS);
    expect(readable(blocks)).toContain('1 of 2 approvals, by <@U0APPROVER>');
    expect(Object.keys(buttonsIn(blocks))).toHaveLength(2);
  });
});

describe('which proposals get a card', () => {
  const proposals = [1, 2, 3, 4, 5].map((rank) =>
    aProposal({ id: proposalId(rank), rank, title: `Fix ${rank}` }),
  );

  it('is the best three; the others are listed with the evidence', () => {
    const view = aView({ proposals });
    const cards = proposals.map((proposal) => renderSlot(view, `proposal:${proposal.id}`, false) !== null);
    expect(cards).toEqual([true, true, true, false, false]);
    const listed = readable(renderEvidence(view).blocks);
    expect(listed).toContain('Fix 4');
    expect(listed).not.toContain('Fix 3');
  });

  it('lets the next one in when one was decided, and keeps the card of the decided one', () => {
    const view = aView({
      proposals: proposals.map((each) => (each.rank === 1 ? { ...each, state: 'rejected' } : each)),
    });
    expect(renderSlot(view, `proposal:${proposalId(4)}`, false)).not.toBeNull();
    expect(renderSlot(view, `proposal:${proposalId(1)}`, true)).not.toBeNull();
    expect(renderSlot(view, `proposal:${proposalId(1)}`, false)).toBeNull();
  });

  it('shows what undoes something first', () => {
    const undo = aProposal({ id: proposalId(9), rank: 9, undoes: proposalId(1), title: 'Undo it' });
    const view = aView({ proposals: [...proposals, undo] });
    expect(renderSlot(view, `proposal:${undo.id}`, false)).not.toBeNull();
    expect(renderSlot(view, `proposal:${proposalId(3)}`, false)).toBeNull();
  });
});

describe('the outcome', () => {
  it.each(['failed', 'inconclusive'] as const)('offers the inverse after a verification that %s', (state) => {
    const proposal = aProposal({ state });
    const rendered = renderSlot(aView({ proposals: [proposal] }), `outcome:${proposal.id}`, false, TOKENS);
    expect(buttonsIn(rendered?.blocks)).toEqual({ [`undo:${proposal.id}`]: TOKENS.undo });
  });

  const SCALE = {
    tool: 'kubernetes.scale' as const,
    arguments: { namespace: 'shop', deployment: 'checkout', replicas: 2 },
  };

  it('offers it neither twice nor where there is none, and after a success as well', () => {
    const failed = aProposal({ state: 'failed' });
    const undo = aProposal({ id: proposalId(2), undoes: failed.id });
    const slot = `outcome:${failed.id}` as const;
    expect(buttonsIn(renderSlot(aView({ proposals: [failed, undo] }), slot, true, TOKENS)?.blocks)).toEqual(
      {},
    );
    expect(
      buttonsIn(
        renderSlot(aView({ proposals: [aProposal({ state: 'failed', inverse: null })] }), slot, true, TOKENS)
          ?.blocks,
      ),
    ).toEqual({});
    expect(
      buttonsIn(
        renderSlot(
          aView({ proposals: [aProposal({ state: 'succeeded', inverse: SCALE })] }),
          slot,
          true,
          TOKENS,
        )?.blocks,
      ),
    ).toEqual({ [`undo:${aProposal().id}`]: TOKENS.undo });
    // Sitrep does not put back what a rollback that helped has found guilty.
    expect(
      buttonsIn(
        renderSlot(aView({ proposals: [aProposal({ state: 'succeeded' })] }), slot, true, TOKENS)?.blocks,
      ),
    ).toEqual({});
  });

  it('offers it again when the inverse was rejected', () => {
    const failed = aProposal({ state: 'failed' });
    const undo = aProposal({ id: proposalId(2), undoes: failed.id, state: 'rejected' });
    const rendered = renderSlot(aView({ proposals: [failed, undo] }), `outcome:${failed.id}`, true, TOKENS);
    expect(Object.keys(buttonsIn(rendered?.blocks))).toEqual([`undo:${failed.id}`]);
  });

  it('says what the verification found', () => {
    const proposal = aProposal({ state: 'succeeded' });
    const journal = aJournal({
      kind: 'verification.ended',
      proposal: proposal.id,
      title: proposal.title,
      outcome: 'succeeded',
      why: 'all alerts resolved after 41 s',
    });
    const shown = readable(renderOutcome(aView({ proposals: [proposal], journal }), proposal, null).blocks);
    expect(shown).toContain('It helped.');
    expect(shown).toContain('verification succeeded: all alerts resolved after 41 s');
  });
});

describe('the evidence', () => {
  it('sets what a model says apart from and below our own facts', () => {
    const view = aView({
      hypotheses: [
        {
          statement: 'The model thinks it is the cache',
          verdict: 'open',
          evidenceFor: [1],
          evidenceAgainst: [],
          by: 'model',
        },
        {
          statement: 'Revision 5 broke it',
          verdict: 'supported',
          evidenceFor: [1],
          evidenceAgainst: [],
          by: 'rules',
        },
      ],
    });
    const { blocks } = renderEvidence(view);
    const shown = readable(blocks);
    expect(blocks.some((block) => block.type === 'divider')).toBe(true);
    expect(shown.indexOf('Revision 5 broke it')).toBeLessThan(shown.indexOf('If a release went out'));
    expect(shown.indexOf('If a release went out')).toBeLessThan(shown.indexOf('What the model suggests'));
    expect(shown).toContain('not checked by Sitrep');
    expect(shown).toContain('for: Checkout errors');
  });

  it('links only to web addresses, and names where a link goes', () => {
    const links = [
      'javascript:alert(1)',
      'https://someone@evil.example/',
      'https://ok.example/a',
      'runbooks/db.md',
      'slack://x',
    ];
    const evidence = links.map((link, index) =>
      someEvidence({
        id: index,
        link,
        about: {
          kind: (['runbook', 'signal', 'commit', 'deploy', 'incident'] as const)[index],
          sha: null,
        } as never,
      }),
    );
    const { blocks } = renderEvidence(aView({ evidence }));
    expect(everyObject(blocks).filter((object) => object['type'] === 'link')).toEqual([
      { type: 'link', url: 'https://ok.example/a', text: 'ok.example/a' },
    ]);
    expect(readable(blocks)).toContain('(runbooks/db.md)');
  });

  it('says what was not proposed, and why', () => {
    const journal = aJournal({
      kind: 'proposal.withheld',
      title: 'Scale cart to 0',
      why: 'denied by the rule “never to zero”',
    });
    expect(readable(renderEvidence(aView({ journal })).blocks)).toContain(
      'Scale cart to 0: denied by the rule “never to zero”',
    );
  });

  it('fits into a message and says when something was left out', () => {
    const evidence = Array.from({ length: 60 }, (_, index) =>
      someEvidence({
        id: index,
        quote: '"quoted" '.repeat(200),
        title: 't'.repeat(300),
        why: 'w'.repeat(300),
        about: {
          kind: (['runbook', 'signal', 'commit', 'deploy', 'incident'] as const)[index % 5],
          sha: null,
        } as never,
      }),
    );
    const rendered = renderEvidence(aView({ evidence }));
    expect(problemsOf(rendered)).toEqual([]);
    expect(readable(rendered.blocks)).toMatch(/\d+ more entr(y does|ies do) not fit/);
  });
});

describe('a card that takes the place of another', () => {
  const dryRun = (text: string) => {
    const { consent } = aProposal();
    if (!consent.shown) throw new Error('nothing is shown');
    return rendered({ ...consent, shown: { ...consent.shown, dryRun: text } });
  };
  const long = 'x'.repeat(400);

  it.each([
    ['one line that differs behind what fits', `${long}a`, `${long}b`, /Dry run: was …x+a, is now …x+b/],
    ['a line that another one continues', long, `${long}b`, /Dry run: was …x+, is now …x+b/],
    ['a character that nobody sees', 'v1', 'v1\u200b', /was v1, is now v1\\u\{200b\}/],
  ])('shows %s', (_, before, after, said) => {
    const old = aProposal({ state: 'superseded', consent: dryRun(before) });
    const fresh = aProposal({ id: proposalId(2), consent: dryRun(after) });
    const journal = aJournal({
      kind: 'proposal.made',
      proposal: fresh.id,
      title: fresh.title,
      action: fresh.action,
      digest: fresh.digest,
      confidence: 'medium',
      rule: 'people approve',
      replaces: { proposal: old.id, refused: true },
    });
    const card = renderProposal(aView({ proposals: [old, fresh], journal }), fresh);
    expect(problemsOf(card)).toEqual([]);
    expect(readable(card.blocks)).toMatch(said);
  });
});
