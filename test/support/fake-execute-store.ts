import type { ExecutePorts, ExecuteStore } from '../../src/act/execute-ports.ts';
import type { World } from '../../src/act/world.ts';
import type { NewEntry } from '../../src/incident/journal.ts';
import type { Proposal, ProposalState } from '../../src/incident/proposal.ts';
import { NOON } from './incident-view.ts';
import { aPolicy, NO_RECORD } from './policy.ts';

/** What executing needs of the store, for one proposal, in memory; `over` takes the place of single answers. */
export function fakeExecuteStore(proposal: Proposal, over: Partial<ExecuteStore> = {}) {
  let { state } = proposal;
  const entries: NewEntry[] = [];
  /** What ended, what puts it back, which requests were made, why the plan stops, and which steps follow after how many seconds. */
  const ended: string[] = [];
  const inverses: object[] = [];
  const requests: string[] = [];
  const plansStopped: string[] = [];
  const steps: [string, string | number, number][] = [];
  const move = (from: ProposalState, to: ProposalState): boolean => {
    if (state !== from) return false;
    state = to;
    return true;
  };
  const store: ExecuteStore = {
    claim: async () => move('approved', 'claimed'),
    whyHeld: async () => null,
    lastHeld: async () => null,
    async markSent(_, request) {
      if (!move('claimed', 'sent')) return false;
      requests.push(request);
      return true;
    },
    mayResend: async () => true,
    isConsented: async () => true,
    earlierSteps: async () => 'succeeded',
    stopPlan: async (_, what) => void plansStopped.push(what),
    takeOver: async () => true,
    holdSent: async () => true,
    approvedBy: async () => ['U1'],
    endExecution: async (_, result) => void ended.push(result),
    setInverse: async (_, inverse) => void inverses.push(inverse),
    moveProposal: async (_, from, to) => move(from, to),
    proposal: async () => proposal,
    stopped: async () => null,
    actionRecord: async () => NO_RECORD,
    now: async () => NOON,
    record: async (entry) => void entries.push(entry),
    enqueue: async ({ kind, id }, afterS = 0) => void steps.push([kind, id, afterS]),
    ...over,
  };
  const ports = (world: World, more: Partial<ExecutePorts> = {}): ExecutePorts => ({
    transaction: (work) => work(store),
    world: () => world,
    limits: aPolicy([]).limits,
    whyForbidden: async () => null,
    ...more,
  });
  return { store, ports, entries, ended, inverses, requests, plansStopped, steps, state: () => state };
}
