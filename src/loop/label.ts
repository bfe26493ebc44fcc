import {
  ANSWER_NAMES,
  answerDigest,
  answerKindOf,
  firstAnswer,
  type EvidenceAnswer,
  type Verdict,
} from '../incident/answer.ts';
import type { AnswerKind } from '../incident/confidence-model.ts';
import type { StoredEvidence } from '../incident/evidence.ts';
import type { NewEntry } from '../incident/journal.ts';
import type { IncidentView } from '../incident/view.ts';
import { incidentName } from '../incident/incident.ts';
import { firstLine } from '../incident/text.ts';
import type { Answer } from '../decide/decide.ts';
import type { Learnt } from '../learn/confidence.ts';
import { recalibrate, type Labelled } from '../learn/recalibrate.ts';

export interface LabelStore {
  /** Waits for everybody else who labels or refits, so that no label is left out of a fit. */
  lockLabels(): Promise<void>;
  evidencePiece(id: number): Promise<(StoredEvidence & { incidentId: number }) | null>;
  verdictBy(evidenceId: number, person: string): Promise<Verdict | null>;
  setVerdict(evidenceId: number, kind: AnswerKind, person: string, verdict: Verdict | null): Promise<void>;
  labelled(kind: AnswerKind): Promise<Labelled[]>;
  learnt(kind: AnswerKind): Promise<Learnt | null>;
  setLearnt(kind: AnswerKind, learnt: Learnt): Promise<void>;
  record(entry: NewEntry): Promise<void>;
  now(): Promise<Date>;
}

/** What a card's record counts; older answers only weigh in the fit. */
const ANSWERS_ON_RECORD = 500;

/**
 * Takes one person's word on one answer, or takes it back with null; whether the person may say it is for
 * the caller to know. Saying the same again changes nothing. The confidences of this kind are refitted at once.
 */
export async function label(
  store: LabelStore,
  asked: { evidenceId: number; digest: string; verdict: Verdict | null; person: string },
): Promise<Answer> {
  const { evidenceId, verdict, person } = asked;
  await store.lockLabels();
  const piece = await store.evidencePiece(evidenceId);
  const kind = piece && answerKindOf(piece);
  if (!piece || !kind || answerDigest(piece) !== asked.digest)
    return { ok: false, text: 'There is no such answer. Use the newest message in the thread.' };
  const said = await store.verdictBy(evidenceId, person);
  if (said === verdict)
    return { ok: true, text: verdict === null ? 'You had said nothing of it.' : 'You said so already.' };
  await store.record({
    kind: 'label.given',
    incidentId: piece.incidentId,
    actor: person,
    answer: kind,
    evidence: evidenceId,
    title: piece.title,
    verdict,
  });
  await store.setVerdict(evidenceId, kind, person, verdict);
  await refit(store, kind);
  return {
    ok: true,
    text: `Noted for ${ANSWER_NAMES[kind]} “${firstLine(piece.title, 100)}”: ${wordsFor(verdict)}.`,
  };
}

/** The answer of a kind that people may label in an incident; says what is missing where there is none. */
export function answerOf(view: IncidentView, kind: EvidenceAnswer): StoredEvidence {
  const piece = firstAnswer(view.evidence, kind);
  if (!piece) throw new Error(`${incidentName(view.incident.id)} shows no ${ANSWER_NAMES[kind]} to label.`);
  return piece;
}

/** Fits the workspace's correction of one kind of confidence from its labels anew; cheap, and always the same. */
async function refit(store: LabelStore, kind: AnswerKind): Promise<void> {
  const labels = await store.labelled(kind);
  if (labels.length === 0 && (await store.learnt(kind)) === null) return;
  const answers = labels.slice(-ANSWERS_ON_RECORD).map(({ shipped, right }) => ({ shipped, right }));
  await store.setLearnt(kind, { ...recalibrate(labels, await store.now()), answers });
}

/** All kinds: labels age, and verified fixes label themselves. */
export async function refitAll(store: LabelStore): Promise<void> {
  await store.lockLabels();
  for (const kind of ['runbook', 'culprit', 'incident', 'fix'] as const) await refit(store, kind);
}

function wordsFor(verdict: Verdict | null): string {
  switch (verdict) {
    case 'right':
      return 'right';
    case 'wrong':
      return 'not it';
    case 'none':
      return 'none of these';
    case null:
      return 'taken back';
    default:
      return verdict satisfies never;
  }
}
