import { VERDICT_WORDS, type Hypothesis } from './hypothesis.ts';
import type { Action } from './action.ts';
import type { Severity } from './alert.ts';
import { ANSWER_NAMES, type EvidenceAnswer, type Verdict } from './answer.ts';
import { canonicalJson } from './canonical.ts';
import type { EvidenceAbout } from './evidence.ts';
import type { IncidentState } from './incident.ts';
import type { Autonomy, PolicyAnswer } from './policy.ts';
import type { PlanPlace, ProposalState, Target } from './proposal.ts';
import { utcOf } from './utc.ts';

/** What a person decided through. */
export type Via = 'slack' | 'console' | 'cli';

/** What an entry is about. `plan` is absent where the action is no step of one. */
type AboutProposal = { proposal: string; title: string; plan?: PlanPlace };

/**
 * Everything that can happen, as it is appended to the journal. Readers are renderings of these entries. What is
 * optional is there for whoever checks the record, and absent on entries of earlier versions.
 */
export type Happening =
  | {
      kind: 'alert.fired';
      alert: string;
      severity: Severity;
      summary: string;
      service: string | null;
      source: string;
      link: string | null;
    }
  | { kind: 'alert.resolved'; alert: string; service: string | null; source: string }
  | { kind: 'incident.opened'; title: string; why: string }
  | { kind: 'incident.joined'; alert: string; why: string }
  | { kind: 'incident.moved'; from: IncidentState; to: IncidentState; why: string }
  | {
      kind: 'evidence.found';
      count: number;
      best: { kind: EvidenceAbout['kind']; title: string; link: string | null }[];
      /** Of every piece, in its order; see `evidenceHash`. */
      hashes?: string[];
    }
  | { kind: 'evidence.missing'; what: string }
  | {
      kind: 'hypothesis.raised';
      statement: string;
      verdict: Hypothesis['verdict'];
      by: 'rules' | 'model';
      evidence: string[];
    }
  | ({
      kind: 'proposal.made';
      action: Action;
      digest: string;
      confidence: string;
      rule: string;
      autonomy?: Autonomy;
      /** What the policy was asked and said of this action by itself, and how many must approve; of earlier versions only a part. */
      policy?: Partial<PolicyAnswer> & Pick<PolicyAnswer, 'version' | 'asked'> & { approvals: number };
      /** The earlier proposal whose place it takes, and whether that had been approved and was refused then. */
      replaces?: { proposal: string; plan?: PlanPlace; refused: boolean };
    } & AboutProposal)
  | {
      kind: 'proposal.withheld';
      title: string;
      why: string;
      mayPass?: boolean;
      policy?: PolicyAnswer;
      /** Held back only because people are asked enough already. */
      bound?: true;
    }
  | ({
      kind: 'proposal.moved';
      from: ProposalState;
      to: ProposalState;
      why: string;
    } & AboutProposal)
  | ({
      kind: 'approval.given';
      digest: string;
      given: number;
      needed: number;
      /** The digest that was approved for the whole plan; absent where the action stands alone. */
      planDigest?: string;
      /** Both absent in entries of earlier versions. */
      via?: Via;
      typed?: string | null;
    } & AboutProposal)
  | { kind: 'approval.refused'; proposal: string; why: string; digest?: string; via?: Via }
  | ({ kind: 'proposal.rejected'; why: string; digest?: string; via?: Via } & AboutProposal)
  /** A person asked for something and was turned away before anybody looked at what it was about. */
  | { kind: 'request.refused'; asked: string; why: string; via?: Via }
  | ({ kind: 'action.held'; why: string } & AboutProposal)
  | ({ kind: 'action.claimed'; digest: string } & AboutProposal)
  | ({
      kind: 'action.sent';
      request: string;
      digest?: string;
      target?: Target;
    } & AboutProposal)
  /** What the other side said to the request, before it is looked at again. */
  | ({
      kind: 'action.answered';
      answer: 'accepted' | 'refused' | 'failed';
      text: string;
    } & AboutProposal)
  | ({ kind: 'action.confirmed'; readBack: string } & AboutProposal)
  | ({ kind: 'action.unknown'; why: string } & AboutProposal)
  | ({ kind: 'action.refused'; why: string } & AboutProposal)
  | ({
      kind: 'verification.ended';
      outcome: 'succeeded' | 'failed' | 'inconclusive';
      why: string;
      measured?: {
        alertsFiring: number;
        /** Null: it could not be read. */
        signals: { name: string; query: string; value: number | null; healthyBelow: number }[];
        secondsSinceEffect: number;
        secondsHeld: number | null;
      };
    } & AboutProposal)
  | { kind: 'note.added'; text: string }
  | {
      kind: 'label.given';
      answer: EvidenceAnswer;
      evidence: number;
      title: string;
      /** Null: what the person had said is taken back. */
      verdict: Verdict | null;
    }
  | { kind: 'postmortem.drafted'; file: string }
  | {
      kind: 'model.called';
      model: string;
      promptHash: string;
      answerHash: string;
      tokens: number;
      outcome: string;
      /** Of the request, but for its messages. */
      parameters?: Record<string, unknown>;
      /** What it asked to look up, in its order. */
      lookups?: { tool: string; arguments: string }[];
      /** The evidence that it was given. */
      evidence?: { id: number; hash: string }[];
    }
  | {
      kind: 'switch.stopped';
      why: string;
      /** What it lists to be undone, and whether that may pass; absent in entries of earlier versions. */
      order?: { id: string; passes: boolean; undoes: string[] };
      via?: Via;
    }
  | { kind: 'switch.resumed'; why: string }
  | {
      kind: 'silence.added';
      silence: number;
      /** As somebody would type them. */
      conditions: string;
      /** ISO 8601. */
      until: string;
      critical: boolean;
      why: string;
    }
  | { kind: 'silence.ended'; silence: number; conditions: string }
  /** Everything about the incident was made unreadable. */
  | { kind: 'contents.erased'; why: string }
  /** So many keys of contents were wrapped by another master key. */
  | { kind: 'keys.rewrapped'; keys: number };

/** One entry of the journal. `seq` orders entries; `actor` is `sitrep`, a source or a person's Slack id. */
export type JournalEntry = Happening & { seq: number; at: Date; incidentId: number | null; actor: string };

/** What is appended: everything that the database does not add itself. */
export type NewEntry = Happening & { incidentId: number | null; actor: string };

/**
 * One entry as one line of plain text; the terminal, the thread's log and the postmortem use the same
 * words. The text may contain what outsiders wrote: escape it for the place where it is shown.
 */
export function describe(entry: Happening): string {
  switch (entry.kind) {
    case 'alert.fired':
      return `${entry.alert} fires (${entry.severity}): ${entry.summary}`;
    case 'alert.resolved':
      return `${entry.alert} resolved${entry.service ? ` for ${entry.service}` : ''}`;
    case 'incident.opened':
      return `Incident opened: ${entry.title} (${entry.why})`;
    case 'incident.joined':
      return `${entry.alert} joins (${entry.why})`;
    case 'incident.moved':
      return `${entry.from} → ${entry.to}: ${entry.why}`;
    case 'evidence.found':
      return `${entry.count} pieces of evidence, first: ${entry.best.map((best) => best.title).join('; ') || 'none'}`;
    case 'evidence.missing':
      return entry.what;
    case 'hypothesis.raised':
      return `${entry.by === 'model' ? 'The model suggests' : 'Likely cause'} (${VERDICT_WORDS[entry.verdict]}): ${entry.statement}`;
    case 'proposal.made':
      return `Proposed${entry.replaces ? ' afresh' : ''}: ${entry.title} (confidence ${entry.confidence}; policy “${entry.rule}”)`;
    case 'proposal.withheld':
      return `Not proposed: ${entry.title}: ${entry.why}`;
    case 'proposal.moved':
      return `${entry.title}: ${entry.from} → ${entry.to}: ${entry.why}`;
    case 'approval.given':
      return `Approved (${entry.given} of ${entry.needed}): ${entry.title}`;
    case 'approval.refused':
      return `Approval refused: ${entry.why}`;
    case 'request.refused':
      return `Refused (${entry.asked}): ${entry.why}`;
    case 'proposal.rejected':
      return `Rejected: ${entry.title}: ${entry.why}`;
    case 'action.held':
      return `Held back: ${entry.title}: ${entry.why}`;
    case 'action.claimed':
      return `Claimed for execution: ${entry.title}`;
    case 'action.sent':
      return `Sent: ${entry.request}`;
    case 'action.answered':
      return `Answer: ${entry.answer}: ${entry.text}`;
    case 'action.confirmed':
      return `Confirmed by reading back: ${entry.readBack}`;
    case 'action.unknown':
      return `Outcome unknown, a person must look: ${entry.title}: ${entry.why}`;
    case 'action.refused':
      return `Not carried out: ${entry.title}: ${entry.why}`;
    case 'verification.ended':
      return `Verification ${entry.outcome}: ${entry.title}: ${entry.why}`;
    case 'note.added':
      return `Note: ${entry.text}`;
    case 'label.given':
      return `Label for the ${ANSWER_NAMES[entry.answer]} “${entry.title}”: ${entry.verdict ?? 'taken back'}`;
    case 'postmortem.drafted':
      return `Postmortem drafted: ${entry.file}`;
    case 'model.called':
      return `Model ${entry.model} asked: ${entry.outcome}, ${entry.tokens} tokens`;
    case 'switch.stopped':
      return `All actions stopped${entry.order?.passes ? `, except undoing ${entry.order.undoes.length} of them` : ''}: ${entry.why}`;
    case 'switch.resumed':
      return `Actions allowed again: ${entry.why}`;
    case 'silence.added':
      return `Silence ${entry.silence} until ${utcOf(entry.until)}: ${entry.conditions}${entry.critical ? ', critical alerts too' : ''}: ${entry.why}`;
    case 'silence.ended':
      return `Silence ${entry.silence} ended early: ${entry.conditions}`;
    case 'keys.rewrapped':
      return `${entry.keys} keys of the record wrapped by a new one`;
    case 'contents.erased':
      return `Contents erased: ${entry.why}`;
    default:
      return canonicalJson(entry satisfies never);
  }
}
