import { randomUUID } from 'node:crypto';
import { addSilence, endSilence, type Speech } from '../correlate/silences.ts';
import { approve, type Answer, type AskedApproval } from '../decide/decide.ts';
import { reject } from '../decide/reject.ts';
import type { Verdict } from '../incident/answer.ts';
import type { Via } from '../incident/journal.ts';
import { approverNames, mayApprove, mayDecide } from '../incident/person.ts';
import { isPending, isRunning } from '../incident/proposal.ts';
import { incidentName } from '../incident/incident.ts';
import type { SilenceRequest } from '../incident/silence.ts';
import { counted } from '../incident/text.ts';
import { ask, type AskedAction } from './ask.ts';
import { label } from './label.ts';
import type { LoopPorts } from './ports.ts';
import { canOthersApprove } from './nobody-else.ts';
import { supersede } from './proposals.ts';
import { release, stop, type AskedStop } from './stop.ts';
import { offerInverse } from './undo.ts';
import { undoSteps } from './undo-plan.ts';

/** Somebody who was refused before the desk was asked: `asked` says what for. */
export type TurnedAway = { person: string; asked: string; why: string; proposalId: string | null; via: Via };

export type AskedClose = { incidentId: number; person: string; anyway?: boolean };

/** What people may ask for, whatever they ask it through. Each answer is said to the one who asked. */
export function createDesk(ports: LoopPorts) {
  const { transaction, people } = ports;
  return {
    approve: (asked: AskedApproval): Promise<Answer> => transaction((store) => approve(store, asked, people)),

    reject: (asked: { proposalId: string; person: string; reason: string; via?: Via }): Promise<Answer> =>
      transaction((store) => reject(store, asked, people)),

    /** Puts on record who was turned away, and why, before anything was asked here. */
    refused: ({ proposalId, ...turnedAway }: TurnedAway): Promise<void> =>
      transaction(async (store) => {
        const proposal = proposalId === null ? null : await store.lockProposal(proposalId);
        const { person: actor, asked, why, via } = turnedAway;
        if (proposal)
          await store.record({
            kind: 'approval.refused',
            incidentId: proposal.incidentId,
            actor,
            proposal: proposal.id,
            why: `${asked}: ${why}`,
            via,
          });
        else await store.record({ kind: 'request.refused', incidentId: null, actor, asked, why, via });
      }),

    async undo({ proposalId, person }: { proposalId: string; person: string }): Promise<Answer> {
      if (!mayDecide(people, person)) return notListed;
      const proposal = await transaction((store) => store.proposal(proposalId));
      if (proposal?.consent.plan) {
        const question = await transaction((store) => store.question(proposalId));
        return undoSteps(ports, question?.steps ?? [], person);
      }
      if (!proposal || !['succeeded', 'failed', 'inconclusive'].includes(proposal.state)) {
        return { ok: false, text: 'Only an action whose check has ended can be undone.' };
      }
      return offerInverse(ports, proposal, person);
    },

    /** Proposes an action that a person asks for by hand, or lists what can be asked for. */
    propose: (asked: AskedAction): Promise<Answer> => ask(ports, asked),

    async label(asked: {
      evidenceId: number;
      digest: string;
      verdict: Verdict;
      person: string;
    }): Promise<Answer> {
      if (!mayDecide(people, asked.person)) return notListed;
      return transaction((store) => label(store, asked));
    },

    async note({
      incidentId,
      person,
      text,
    }: {
      incidentId: number;
      person: string;
      text: string;
    }): Promise<Answer> {
      if (!text.trim())
        return { ok: false, text: 'Write the note after the incident: /sitrep note INC-1 what you saw.' };
      return transaction(async (store): Promise<Answer> => {
        if (!(await store.view(incidentId))) return noIncident;
        await store.record({ kind: 'note.added', incidentId, actor: person, text: text.trim() });
        return { ok: true, text: 'Noted.' };
      });
    },

    /**
     * A person says that it is over: pending proposals go, the incident closes, its postmortem is written. While alerts
     * fire only those close it who say that they want it `anyway`.
     */
    async resolve({ incidentId, person, anyway = false }: AskedClose): Promise<Answer> {
      if (!mayDecide(people, person)) return notListed;
      return transaction(async (store): Promise<Answer> => {
        const view = await store.lockView(incidentId);
        if (!view) return noIncident;
        if (view.incident.state === 'closed') return { ok: false, text: 'It is closed already.' };
        if (view.proposals.some((one) => isRunning(one.state))) {
          return {
            ok: false,
            text: 'An action is under way. Wait for its check, or stop it with /sitrep stop.',
          };
        }
        const { firing } = view.counts;
        if (firing > 0 && !anyway) {
          const text = `${counted(firing, 'alert')} of it still ${firing === 1 ? 'fires' : 'fire'}, so it stays open. Where it is over all the same, say: resolve ${incidentName(incidentId)} anyway`;
          return { ok: false, text };
        }
        for (const one of view.proposals.filter((other) => isPending(other.state))) {
          await supersede(store, one, 'the incident was closed');
        }
        const still = firing > 0 ? ` while ${counted(firing, 'alert')} still fired` : '';
        await store.moveIncident(view.incident, 'closed', `closed by a person${still}`, person);
        await store.enqueue({ kind: 'incident', id: incidentId });
        return { ok: true, text: 'Closed. The postmortem draft goes to its thread.' };
      });
    },

    async silence({ person, ...asked }: SilenceRequest & { person: string }): Promise<Answer> {
      if (!mayDecide(people, person)) return notListed;
      return transaction((store) => addSilence(store, asked, person, SPEECH));
    },

    async unsilence({ person, id }: { person: string; id: number }): Promise<Answer> {
      if (!mayDecide(people, person)) return notListed;
      return transaction((store) => endSilence(store, id, person, SPEECH));
    },

    /** Stops all actions; everybody may. What has begun is offered to be undone by whoever may ask for that. */
    async stop(
      asked: Omit<AskedStop, 'order' | 'mayUndo' | 'othersApprove'> & { order?: string | null },
    ): Promise<Answer> {
      const order = asked.order ?? randomUUID();
      const mayUndo = mayDecide(people, asked.person);
      const othersApprove = canOthersApprove(people, asked.person);
      const whole = { ...asked, order, mayUndo, othersApprove };
      return { ok: true, text: await stop(transaction, whole) };
    },

    async resume({ person }: { person: string }): Promise<Answer> {
      if (!mayApprove(people, person, null)) {
        return {
          ok: false,
          text: `Only a listed approver may allow actions again. Ask ${approverNames(people, null)}.`,
        };
      }
      const still = await transaction(async (store) => {
        await release(store, person, 'a person allowed them');
        return store.stopped();
      });
      if (still)
        return { ok: true, text: `The stop in Slack is lifted, but all is still stopped: ${still.why}.` };
      return { ok: true, text: 'Actions are allowed again. Every one still needs its approval.' };
    },
  };
}

const SPEECH: Speech = {
  end: (id) => `/sitrep unsilence ${id}`,
  list: '/sitrep silences',
  critical: '--critical',
};
const noIncident: Answer = { ok: false, text: 'There is no such incident; “/sitrep incidents” lists them.' };
const notListed: Answer = {
  ok: false,
  text: 'You are not listed in sitrep.yaml, so you cannot decide here.',
};
