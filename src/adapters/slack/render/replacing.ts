import { differences } from '../../../incident/differences.ts';
import { literal } from '../../../incident/literal.ts';
import type { Proposal } from '../../../incident/proposal.ts';
import type { IncidentView } from '../../../incident/view.ts';
import { whyEnded } from './decision.ts';
import { bold, bullets, lines, oneLine, richText, words, type Block, type Inline } from './rich.ts';

const MOST = 6;
const LONGEST = 150;
/** How much stays of what two long lines have in common before they differ. */
const BEFORE = 30;

/** What a fresh card says of the one whose place it takes, and how the two differ. */
export function replacing(view: IncidentView, proposal: Proposal): Block[] {
  const made = view.journal.find((entry) => entry.kind === 'proposal.made' && entry.proposal === proposal.id);
  const id = made?.kind === 'proposal.made' ? made.replaces?.proposal : undefined;
  const old = view.proposals.find((one) => one.id === id);
  if (!old) return [];
  const why = whyEnded(view, old);
  const found = differences(old.consent, proposal.consent);
  const rest = found.length - MOST;
  return [
    richText(
      lines(
        [
          bold(words('Takes the place of ')),
          oneLine(`“${old.title}”`, 160),
          ...(why ? [words(': '), oneLine(why, 300)] : []),
        ],
        [words(found.length === 0 ? 'Nothing on the card differs but its expiry.' : 'What differs:')],
      ),
      ...(found.length === 0
        ? []
        : [
            bullets([
              ...found
                .slice(0, MOST)
                .map(({ what, before, after }): Inline[] =>
                  before === null && after === null
                    ? [words(`${what} has changed`)]
                    : [words(what === '' ? '' : `${what}: `), ...change(before, after)],
                ),
              ...(rest > 0 ? [[words(`and ${rest} more; compare the cards`)]] : []),
            ]),
          ]),
    ),
  ];
}

function change(before: string | null, after: string | null): Inline[] {
  if (before === null) return [words('now also '), shown(after ?? '', 0)];
  if (after === null) return [words('no longer '), shown(before, 0)];
  let common = 0;
  while (common < before.length && before[common] === after[common]) common += 1;
  // What differs only far behind would be cut off on both sides, and look the same.
  const from = Math.max(before.length, after.length) > LONGEST ? Math.max(0, common - BEFORE) : 0;
  return [words('was '), shown(before, from), words(', is now '), shown(after, from)];
}

function shown(text: string, from: number): Inline {
  return words(literal(from > 0 ? `…${text.slice(from)}` : text), LONGEST);
}
