import { bind } from './act/catalogue.ts';
import { claim } from './act/claim.ts';
import type { ExecutePorts } from './act/execute-ports.ts';
import { lookAgain } from './act/look-again.ts';
import { resume } from './act/resume.ts';
import { send } from './act/send.ts';
import { randomUUID } from 'node:crypto';
import { createPlacing } from './correlate/placing.ts';
import { autoApprove } from './decide/by-policy.ts';
import { whyForbidden } from './decide/why-forbidden.ts';
import type { Incident, IncidentState } from './incident/incident.ts';
import { SITREP } from './incident/person.ts';
import { isRunning, type Proposal } from './incident/proposal.ts';
import type { Step } from './incident/step.ts';
import type { IncidentView } from './incident/view.ts';
import { createDesk } from './loop/desk.ts';
import { investigate } from './loop/investigate.ts';
import type { LoopPorts } from './loop/ports.ts';
import { expire, settleSuccess } from './loop/proposals.ts';
import { hasPostmortem, watchQuiet, writePostmortem } from './loop/recovery.ts';
import { proposeFixes, triage, wasOvertaken } from './loop/triage.ts';
import { nextTry, TRYING_AGAIN } from './loop/try-again.ts';
import { offerInverse, undoByConsent } from './loop/undo.ts';
import { undoLateSuccess, undoStopped } from './loop/undo-plan.ts';
import { advanceUndoOrder } from './loop/undo-order.ts';
import { isUndoneMeanwhile } from './loop/undone-meanwhile.ts';
import { createReceiver } from './receive/receive.ts';
import { verify } from './verify/verify.ts';

export type Loop = ReturnType<typeof createLoop>;

/**
 * The map of the product: which stage acts on which state. Every step reads the state, lets one stage
 * act, and writes the result, the journal, the audit link and the next step in one transaction; so a
 * step that is run twice, or cut off anywhere, leaves nothing half done.
 */
export function createLoop(ports: LoopPorts) {
  const { transaction, urgentTransaction, createCorrelator, isAway, settings } = ports;
  const execution: ExecutePorts | null = ports.writable && {
    transaction,
    world: ports.writable,
    limits: ports.policy.limits,
    whyForbidden: (store, proposal) => whyForbidden(store, proposal, ports),
  };

  async function run(step: Step): Promise<void> {
    switch (step.kind) {
      case 'incident':
        return advanceIncident(step.id);
      case 'proposal':
        return advanceProposal(step.id);
      case 'execute':
        return execute(step.id);
      case 'investigate':
        return investigate(ports, step.id);
      case 'undo':
        return advanceUndoOrder(ports, step.id);
      default:
        return step satisfies never;
    }
  }

  async function advanceIncident(id: number): Promise<void> {
    const view = await transaction((store) => store.view(id));
    if (!view) return;
    const firing = view.alerts.some((alert) => alert.status === 'firing');
    const running = view.proposals.some((one) => isRunning(one.state));
    switch (view.incident.state) {
      case 'open':
        return firing ? triage(ports, view) : move(view.incident, 'monitoring', 'no alert fires any more');
      case 'triaging':
        return firing
          ? proposeFixes(ports, view)
          : move(view.incident, 'monitoring', 'no alert fires any more');
      case 'awaiting':
        if (running) return move(view.incident, 'mitigating', 'an approved action is under way');
        if (!firing) return move(view.incident, 'monitoring', 'no alert fires any more');
        if (wasOvertaken(view)) return move(view.incident, 'open', 'an action was overtaken; looking again');
        return tryAgain(view);
      case 'mitigating':
        if (running) return undefined;
        if (!firing) return move(view.incident, 'monitoring', 'no alert fires any more');
        return move(view.incident, 'awaiting', 'alerts still fire');
      case 'monitoring':
        if (running) return undefined;
        return firing ? move(view.incident, 'open', 'alerts fire again') : watchQuiet(ports, view);
      case 'resolved':
      case 'closed':
        return hasPostmortem(view) ? undefined : writePostmortem(ports, view);
      default:
        return view.incident.state satisfies never;
    }
  }

  async function advanceProposal(id: string): Promise<void> {
    const proposal = await transaction((store) => store.proposal(id));
    if (!proposal) return;
    switch (proposal.state) {
      case 'proposed':
        await transaction(async (store) => {
          if (!(await autoApprove(store, id, ports.policy))) await expire(store, id);
        });
        return;
      // From here to the read-back it is the executor's.
      case 'unknown':
        if (proposal.consent.plan) await undoStopped(ports, proposal);
        return transaction((store) => store.enqueue({ kind: 'execute', id }));
      case 'approved':
      case 'claimed':
      case 'sent':
        return transaction((store) => store.enqueue({ kind: 'execute', id }));
      case 'confirmed':
        await transaction(async (store) => {
          if (await store.moveProposal(id, 'confirmed', 'verifying'))
            await store.enqueue({ kind: 'proposal', id });
        });
        return;
      case 'verifying':
        if (await isUndoneMeanwhile(ports, proposal)) return undefined;
        return verify(proposal, { signals: ports.sources.signals, settled, transaction });
      case 'succeeded':
        await settleSuccess(ports, proposal);
        return proposal.consent.plan ? undoLateSuccess(ports, proposal) : undefined;
      case 'failed':
        if (proposal.consent.plan) return undoStopped(ports, proposal);
        await offerInverse(ports, proposal, SITREP);
        return undoByConsent(ports, proposal);
      // These wait for a person, or are done.
      case 'inconclusive':
      case 'superseded':
        return proposal.consent.plan ? undoStopped(ports, proposal) : undefined;
      case 'reverted':
      case 'rejected':
      case 'expired':
        return undefined;
      default:
        return proposal.state satisfies never;
    }
  }

  /** What only a process with write credentials does; in every other state the proposal is not its affair. */
  async function execute(id: string): Promise<void> {
    if (!execution)
      throw new Error('This process holds no write credentials; the executor takes such steps.');
    const proposal = await transaction((store) => store.proposal(id));
    switch (proposal?.state) {
      case 'approved':
        return claim(proposal, execution);
      case 'claimed':
        return send(proposal, execution);
      case 'sent':
        return resume(proposal, execution);
      case 'unknown':
        return lookAgain(proposal, execution);
      default:
        return undefined;
    }
  }

  /** Looks again for a fix that could not be prepared, once its time has come. */
  async function tryAgain(view: IncidentView): Promise<void> {
    const next = nextTry(view);
    if (next && (await transaction((store) => store.now())) >= next.at)
      await move(view.incident, 'open', TRYING_AGAIN);
  }

  async function settled({ id, action, consent }: Proposal): Promise<boolean | null> {
    try {
      const permit = { key: id, approvedBy: [] };
      const back = await bind(action).readBack(consent.target, ports.world, permit);
      return back.state === 'done' ? (back.settled ?? null) : null;
    } catch {
      return null;
    }
  }

  async function move(incident: Incident, to: IncidentState, why: string): Promise<void> {
    await transaction(async (store) => {
      if (await store.moveIncident(incident, to, why))
        await store.enqueue({ kind: 'incident', id: incident.id });
    });
  }

  return {
    /** Takes a webhook delivery; resolves after it is committed. */
    receive: createReceiver({
      access: settings.access,
      transaction: urgentTransaction,
      ring: ports.ringPlacing,
      isAway,
    }),

    /** Gives alerts their incidents, a batch at a time. */
    placing: createPlacing({
      transaction: urgentTransaction,
      isAway,
      createCorrelator,
      maintenance: ports.maintenance,
      onTrouble: ports.onPlacingTrouble,
      holder: randomUUID(),
    }),

    /** Carries out one step of durable work. */
    run,

    ...createDesk(ports),
  };
}
