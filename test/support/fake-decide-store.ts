import type { ConsentedUndoStore } from '../../src/decide/consented-undo.ts';
import type { DecideStore } from '../../src/decide/decide.ts';
import type { NewEntry } from '../../src/incident/journal.ts';
import type { Proposal } from '../../src/incident/proposal.ts';
import { questionAmong } from '../../src/incident/question.ts';
import type { Step } from '../../src/incident/step.ts';
import { NOON } from './incident-view.ts';
import { NO_RECORD } from './policy.ts';

type Store = DecideStore & ConsentedUndoStore;

/** What deciding needs of the store, in memory; `over` takes the place of single answers. */
export function fakeDecideStore(proposals: Proposal[], over: Partial<Store> = {}) {
  const kept = new Map(proposals.map((one) => [one.id, one]));
  const approvals = new Set<string>();
  const entries: NewEntry[] = [];
  const steps: Step[] = [];
  const move = (id: string, changes: Partial<Proposal>, from = 'proposed'): boolean => {
    const proposal = kept.get(id);
    if (proposal?.state !== from) return false;
    kept.set(id, { ...proposal, ...changes });
    return true;
  };
  const store: Store = {
    lockProposal: async (id) => kept.get(id) ?? null,
    async lockQuestion(id) {
      const proposal = kept.get(id);
      return proposal ? questionAmong([...kept.values()], proposal) : null;
    },
    moveProposal: async (id, from, to) => move(id, { state: to }, from),
    proposal: async (id) => kept.get(id) ?? null,
    stopped: async () => null,
    async giveApproval(id, person, digest) {
      approvals.add(`${id} ${digest} ${person}`);
      return [...approvals].flatMap((one) => one.split(`${id} ${digest} `).slice(1));
    },
    consume: async (id, digest, decidedBy) =>
      kept.get(id)?.digest === digest && move(id, { state: 'approved', decidedBy }),
    rejectProposal: async (id, decidedBy, decisionReason) =>
      move(id, { state: 'rejected', decidedBy, decisionReason }),
    record: async (entry) => void entries.push(entry),
    actionRecord: async () => NO_RECORD,
    lockBudgets: async () => undefined,
    enqueue: async (step) => void steps.push(step),
    now: async () => NOON,
    undoneLately: async () => false,
    ...over,
  };
  return { store, entries, steps, stateOf: (id: string) => kept.get(id)?.state };
}
