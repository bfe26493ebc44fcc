import type { Answer } from '../decide/decide.ts';
import { SITREP } from '../incident/person.ts';
import { planTitle } from '../incident/plan.ts';
import { isPending, isRunning, type Proposal } from '../incident/proposal.ts';
import { isUndoStanding } from '../incident/undo-standing.ts';
import { offerPlan, type PlannedStep } from './offer-plan.ts';
import type { LoopPorts } from './ports.ts';
import { addQuestion } from './proposals.ts';
import { prepareEach, putEach } from './undo-each.ts';
import { inverseOf, notOffered, offerInverse, PROPOSED_ALREADY, whyNotBack } from './undo.ts';

/** States in which a step has taken effect and nobody has put it back. */
const DONE: Proposal['state'][] = ['succeeded', 'failed', 'inconclusive'];

/**
 * After a step that did not succeed: offers to undo what its plan has done, once. Where the plan itself was an undo nothing
 * is offered, for what chases its own undo is a matter for people. A step of which nobody knew at that moment whether it had
 * taken effect is offered when its own check has ended.
 */
export async function undoStopped(ports: LoopPorts, step: Proposal): Promise<void> {
  const question = await ports.transaction((store) => store.question(step.id));
  if (!question || question.steps.some(({ undoes }) => undoes !== null)) return;
  const view = await ports.transaction((store) => store.view(question.lead.incidentId));
  const isAsked = (one: Proposal) => view?.proposals.some(({ undoes }) => undoes === one.id) === true;
  if (question.steps.some(isAsked)) {
    const wasUnknown = view?.journal.some(
      (entry) => entry.kind === 'action.unknown' && entry.proposal === step.id,
    );
    // Whatever people have said to it since, they are not asked again by themselves.
    if (wasUnknown && DONE.includes(step.state) && !isAsked(step)) await offerInverse(ports, step, SITREP);
    return;
  }
  if (question.steps.some(({ state }) => DONE.includes(state)))
    await undoSteps(ports, question.steps, SITREP);
}

/** After a step that has succeeded: where its plan was stopped before that was known, it is undone with what else was done. */
export async function undoLateSuccess(ports: LoopPorts, step: Proposal): Promise<void> {
  const question = await ports.transaction((store) => store.question(step.id));
  if (question?.steps.some(({ state }) => state === 'superseded')) await undoStopped(ports, step);
}

/**
 * Proposes to undo all that a plan has done, the newest first, as one plan where that is more than one action. Steps whose
 * own undo stands are left out: an undo that has stopped halfway does not keep the rest from being undone.
 */
export async function undoSteps(
  ports: LoopPorts,
  steps: readonly Proposal[],
  requestedBy: string,
): Promise<Answer> {
  const [lead] = steps;
  const { view, now } = await ports.transaction(async (store) => ({
    view: lead ? await store.view(lead.incidentId) : null,
    now: await store.now(),
  }));
  if (!lead || !view) return { ok: false, text: 'There is no such plan.' };
  if (steps.some(({ state }) => isPending(state) || isRunning(state)))
    return { ok: false, text: 'The plan is still under way; it can be undone when it has ended.' };
  const left = steps.filter(({ id }) => !isUndoStanding(view.proposals, id, now));
  const isDone = ({ state }: Proposal) => DONE.includes(state);
  if (steps.some(isDone) && !left.some(isDone)) return { ok: false, text: PROPOSED_ALREADY };
  const { inverses, notes } = await inversesOf(ports, left.toReversed());
  const [first, ...more] = inverses;
  if (!first)
    return { ok: false, text: said('Nothing that this plan has done can be undone by Sitrep.', notes) };
  const undone = inverses.map(({ of }) => of);
  const note = (why: string) => notOffered({ ...lead, title: planTitle(steps) }, requestedBy, why);
  if (more.length === 0) {
    const prepared = await prepareEach(ports, undone, requestedBy);
    const { ok, text } = await putEach(ports, prepared, requestedBy, notes.map(note));
    return { ok, text: said(text, notes) };
  }
  const context = {
    incidentId: lead.incidentId,
    alerting: [],
    firing: [],
    rank: view.proposals.length + 1,
    requestedBy,
    now,
    notes,
  };
  const made = await offerPlan(
    inverses.map(({ step }) => step),
    context,
    { ...ports, ...ports.settings },
    ports.world,
  );
  const isApprovable = made.kind === 'plan' && made.steps[0].autonomy !== 'suggest';
  // What cannot be one plan is offered action by action, so that a single one does not keep the rest from being undone.
  const each = isApprovable ? [] : await prepareEach(ports, undone, requestedBy);
  if (made.kind === 'plan' && !each.some((one) => one.made.kind === 'proposal')) {
    const isNew = await ports.transaction(async (store) => {
      const fresh = await store.lockView(lead.incidentId);
      const proposals = fresh?.proposals ?? [];
      if (made.steps.some(({ undoes }) => isUndoStanding(proposals, undoes, now))) return false;
      await addQuestion(ports, store, made.steps);
      return true;
    });
    if (!isNew) return { ok: false, text: PROPOSED_ALREADY };
    return { ok: true, text: `Proposed: ${planTitle(made.steps)}. It needs an approval like every plan.` };
  }
  const why = made.kind === 'withheld' ? made.why : 'the policy only suggests a step of it';
  return putEach(ports, each, requestedBy, [
    ...notes.map(note),
    note(`${why}; each action is offered by itself`),
  ]);
}

/** An answer, and what is left out of it. */
function said(text: string, notes: readonly string[]): string {
  return [text, ...notes.map((note) => `${note}.`)].join(' ');
}

/** The inverses of what these have done, in their order, and a line for each that has none. */
async function inversesOf(ports: LoopPorts, steps: readonly Proposal[]) {
  const inverses: { of: Proposal; step: PlannedStep }[] = [];
  const notes: string[] = [];
  for (const of of steps) {
    if (of.state === 'unknown')
      notes.push(`Not undone, for nobody knows whether it took effect: ${of.title}`);
    if (!DONE.includes(of.state)) continue;
    const { inverse } = of;
    if (inverse === null) notes.push(`Not undone, for nothing would undo it: ${of.title}`);
    else if ((await whyNotBack(ports, inverse)) !== null)
      notes.push(`Not undone, for it would put back what was found guilty: ${of.title}`);
    else inverses.push({ of, step: await inverseOf(ports, of, inverse) });
  }
  return { inverses, notes };
}
