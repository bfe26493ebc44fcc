import { approve as approveForReal, type DecideStore } from '../../src/decide/decide.ts';
import { reject } from '../../src/decide/reject.ts';
import type { Person } from '../../src/incident/person.ts';
import { consentDigest, type Proposal } from '../../src/incident/proposal.ts';
import { questionOf } from '../../src/incident/question.ts';
import { aProposal } from '../../test/support/incident-view.ts';
import type { Property } from '../support/property.ts';
import { rendered } from '../../test/support/rendered.ts';

type Seams = { approve: typeof approveForReal };

const PEOPLE: Person[] = [
  { slackId: 'U1', name: 'first approver', mayApprove: true, denied: false, keyHash: null },
  { slackId: 'U2', name: 'second approver', mayApprove: true, denied: false, keyHash: null },
  {
    slackId: 'U3',
    name: 'who asked for it, an approver too',
    mayApprove: true,
    denied: false,
    keyHash: null,
  },
  { slackId: 'U4', name: 'on-call', mayApprove: false, denied: false, keyHash: null },
];
const REQUESTER = 'U3';

type Event =
  { kind: 'approve' | 'reject'; person: string } | { kind: 'stop' } | { kind: 'resume' } | { kind: 'expire' };

const EVENTS: Event[] = [
  ...PEOPLE.map(({ slackId }): Event => ({ kind: 'approve', person: slackId })),
  { kind: 'reject', person: 'U1' },
  { kind: 'stop' },
  { kind: 'resume' },
  { kind: 'expire' },
];
const LONGEST = 6;

/**
 * Every course of up to six events among four people, on what needs two approvals. The model to compare with is a
 * set: who of the two that may has said yes, while nothing was stopped, rejected or expired.
 */
export const twoPerson: Property<Seams> = {
  name: 'two-person rule',
  claim:
    'What needs two approvals is consumed only after two different people who may, neither of them its requester.',
  async run({ tally, size }, { approve = approveForReal } = {}) {
    const longest = size({ quick: 4, ci: 5, full: LONGEST });
    const course: Event[] = [];
    const visit = async (): Promise<void> => {
      if (course.length > 0) {
        const { consumed, expected } = await play(course, approve);
        tally.check(
          consumed === expected,
          () => `${JSON.stringify(course)}: ${consumed ? 'consumed' : 'not consumed'}`,
        );
        if (consumed) tally.count('courses that end approved');
      }
      if (course.length === longest) return;
      for (const event of EVENTS) {
        course.push(event);
        await visit();
        course.pop();
      }
    };
    await visit();
  },
};

const BASE = aProposal({ requestedBy: REQUESTER });
const CONSENT = rendered({ ...BASE.consent, approvers: ['U1', 'U2', 'U3'], approvalsNeeded: 2 });
const DIGEST = consentDigest(CONSENT);
const BEFORE = new Date(BASE.expiresAt.getTime() - 60_000);
const AFTER = new Date(BASE.expiresAt.getTime() + 1);

/** Plays a course through the real decisions on a store in memory, and beside it through the model. */
async function play(
  course: readonly Event[],
  approve: typeof approveForReal,
): Promise<{ consumed: boolean; expected: boolean }> {
  let state: Proposal['state'] = 'proposed';
  let stopped = false;
  let now = BEFORE;
  const given = new Set<string>();
  const proposal = (): Proposal => ({ ...BASE, consent: CONSENT, digest: DIGEST, state });
  const store: Pick<
    DecideStore,
    | 'lockProposal'
    | 'lockQuestion'
    | 'stopped'
    | 'giveApproval'
    | 'consume'
    | 'rejectProposal'
    | 'record'
    | 'enqueue'
    | 'now'
  > = {
    lockProposal: async () => proposal(),
    lockQuestion: async () => questionOf([proposal()]),
    stopped: async () => (stopped ? { by: 'U1', why: 'test' } : null),
    giveApproval: async (_, person) => [...given.add(person)],
    async consume() {
      if (state !== 'proposed' || now >= BASE.expiresAt) return false;
      state = 'approved';
      return true;
    },
    async rejectProposal() {
      if (state !== 'proposed') return false;
      state = 'rejected';
      return true;
    },
    record: async () => undefined,
    enqueue: async () => undefined,
    now: async () => now,
  };

  const yes = new Set<string>();
  const model = { open: true, stopped: false, expired: false, approved: false };
  for (const event of course) {
    switch (event.kind) {
      case 'approve':
        await approve(
          store as DecideStore,
          { proposalId: BASE.id, digest: DIGEST, person: event.person },
          PEOPLE,
        );
        if (model.open && !model.stopped && !model.expired && ['U1', 'U2'].includes(event.person))
          yes.add(event.person);
        if (yes.size === 2 && model.open) {
          model.approved = true;
          model.open = false;
        }
        break;
      case 'reject':
        await reject(
          store as DecideStore,
          { proposalId: BASE.id, person: event.person, reason: 'not now' },
          PEOPLE,
        );
        model.open = false;
        break;
      case 'stop':
      case 'resume':
        stopped = event.kind === 'stop';
        model.stopped = stopped;
        break;
      case 'expire':
        now = AFTER;
        model.expired = true;
        break;
      default:
        event satisfies never;
    }
  }
  return { consumed: state === ('approved' as Proposal['state']), expected: model.approved };
}
