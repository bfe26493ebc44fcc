import type { Answer } from '../decide/decide.ts';
import type { NewEntry } from '../incident/journal.ts';
import type { Proposal } from '../incident/proposal.ts';
import type { Fresh } from './freeze.ts';
import type { LoopPorts } from './ports.ts';
import { prepareInverse, putInverse, type Prepared } from './undo.ts';

type PreparedUndo = { of: Proposal; made: Prepared };

/** Prepares the undo of each of these by itself. What people could not approve is as good as withheld. */
export async function prepareEach(
  ports: LoopPorts,
  undone: readonly Proposal[],
  requestedBy: string,
): Promise<PreparedUndo[]> {
  const each: PreparedUndo[] = [];
  for (const of of undone) {
    const made = await prepareInverse(ports, of, requestedBy);
    each.push({ of, made: made.kind === 'proposal' ? approvable(made.proposal) : made });
  }
  return each;
}

function approvable(proposal: Fresh): Prepared {
  const { autonomy, policyRule } = proposal;
  if (autonomy !== 'suggest') return { kind: 'proposal', proposal };
  const why = `policy “${policyRule}” only suggests it; do it by hand if you think it right`;
  return { kind: 'withheld', why, mayPass: false };
}

/** Puts each before people by itself, all in one transaction: none is lost where the process dies in between. */
export function putEach(
  ports: LoopPorts,
  each: readonly PreparedUndo[],
  requestedBy: string,
  notes: readonly NewEntry[],
): Promise<Answer> {
  return ports.transaction(async (store) => {
    // Whoever locks the incident and writes the record does it in this order.
    for (const id of new Set(each.map(({ of }) => of.incidentId))) await store.lockView(id);
    for (const note of notes) await store.record(note);
    const answers: Answer[] = [];
    for (const { of, made } of each) answers.push(await putInverse(ports, store, of, made, requestedBy));
    const texts = new Set(answers.map(({ text }) => text));
    return { ok: answers.some(({ ok }) => ok), text: [...texts].join(' ') };
  });
}
