import type { types } from '@slack/bolt';
import {
  ANSWER_NAMES,
  answerDigest,
  firstAnswer,
  type EvidenceAnswer,
  type Verdict,
} from '../../../incident/answer.ts';
import { shownConfidence, type Confidence } from '../../../incident/confidence.ts';
import type { StoredEvidence } from '../../../incident/evidence.ts';
import type { IncidentView } from '../../../incident/view.ts';
import { labelId } from '../buttons.ts';
import { inertLine } from '../escape.ts';
import { who } from './people.ts';
import { bold, lines, oneLine, richText, words, type Block, type Inline } from './rich.ts';

const VERDICT_WORDS: Record<Verdict, string> = {
  right: 'right',
  wrong: 'not it',
  none: 'none of these',
};

/** More names than this would be noise. */
const MOST_NAMES = 5;

/** How sure Sitrep is of an answer, as a line under it. */
export function confidence(of: Confidence): Inline[] {
  return [words('Confidence '), bold(words(shownConfidence(of))), words(` (${inertLine(of.record, 150)})`)];
}

/** The buttons by which people say whether the diagnosis, the first runbook and the first suspect are right, and what was said. */
export function labelling(view: IncidentView): Block[] {
  return (['incident', 'runbook', 'culprit'] as const).flatMap((kind): Block[] => {
    const piece = firstAnswer(view.evidence, kind);
    return piece ? [question(kind, piece, saidOf(view, piece)), buttons(piece)] : [];
  });
}

function question(kind: EvidenceAnswer, piece: StoredEvidence, said: Map<string, Verdict>): Block {
  const answers = [...said]
    .slice(-MOST_NAMES)
    .flatMap(([person, verdict], index): Inline[] => [
      words(`${index === 0 ? '' : '; '}${VERDICT_WORDS[verdict]}, said `),
      who(person),
    ]);
  return richText(
    lines([words(`Is this the right ${ANSWER_NAMES[kind]}? `), bold(oneLine(piece.title, 100))], answers),
  );
}

/** The last word of each person on this piece, in the order in which they said it. */
function saidOf(view: IncidentView, piece: StoredEvidence): Map<string, Verdict> {
  const said = new Map<string, Verdict>();
  for (const entry of view.journal) {
    if (entry.kind !== 'label.given' || entry.evidence !== piece.id) continue;
    said.delete(entry.actor);
    if (entry.verdict !== null) said.set(entry.actor, entry.verdict);
  }
  return said;
}

function buttons(piece: StoredEvidence): Block {
  const button = (verdict: Verdict, text: string): types.Button => ({
    type: 'button',
    action_id: labelId(verdict, piece.id),
    value: answerDigest(piece),
    text: { type: 'plain_text', text },
  });
  return {
    type: 'actions',
    elements: [button('right', 'Right'), button('wrong', 'Not it'), button('none', 'None of these')],
  };
}
