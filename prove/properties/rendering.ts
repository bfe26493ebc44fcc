import fc from 'fast-check';
import { literal } from '../../src/incident/literal.ts';
import { renderProposal } from '../../src/adapters/slack/render/proposal.ts';
import { renderCard } from '../../src/incident/card.ts';
import { aProposal, aView } from '../../test/support/incident-view.ts';
import { cardFacts, keyOf, wordsOf, type CardFacts } from '../support/card-facts.ts';
import { disguised } from '../support/disguise.ts';
import { lookOf } from '../support/look.ts';
import type { Property } from '../support/property.ts';

type Seams = { show: (facts: CardFacts) => string };

const BASES = { quick: 40, ci: 200, full: 2_000 };
const DISGUISES = { quick: 100, ci: 250, full: 500 };

/**
 * Different consents never look the same on the card. Each pair is a card and a disguise of it: one character made
 * invisible or turned into a look-alike, one separator moved, one line forged, one value changed that may have no line.
 */
export const rendering: Property<Seams> = {
  name: 'rendering is injective',
  claim: 'Two consents that differ anywhere never show the same card.',
  parts: { quick: 1, ci: 1, full: 4 },
  async run({ random, tally, size, part }, { show = shown } = {}) {
    const bases = fc.sample(cardFacts, { numRuns: size(BASES), seed: random.below(2 ** 31) });
    for (const base of bases.filter((_, index) => index % part.of === part.index)) {
      const look = lookOf(show(base));
      const words = withoutHash(look);
      for (let n = 0; n < size(DISGUISES); n += 1) {
        const other = disguised(base, random);
        const otherLook = lookOf(show(other));
        if (keyOf(other) === keyOf(base)) {
          tally.count('disguises that change nothing');
          continue;
        }
        // Nobody compares hashes by eye, so what has words must differ in its words.
        const looksAlike =
          otherLook === look || (wordsOf(other) !== wordsOf(base) && withoutHash(otherLook) === words);
        tally.check(!looksAlike, () => `this text stands for two cards: ${difference(base, other)}`);
      }
      tally.check(
        cardOnMessage(base) === show(base),
        () => `the message does not show the card whole: ${keyOf(base)}`,
      );
    }
  },
};

/** What is to be read of a card: everything but its last line. */
function withoutHash(look: string): string {
  return look.split('\n').slice(0, -1).join('\n');
}

/** As the message shows the lines that are digested. */
function shown(facts: CardFacts): string {
  return renderCard(facts).map(literal).join('\n');
}

/** The text of the one preformatted block; null where the card is too long to be approved. */
function cardOnMessage(facts: CardFacts): string | null {
  const proposal = aProposal();
  const { blocks } = renderProposal(aView(), {
    ...proposal,
    consent: { ...facts, card: renderCard(facts) },
  });
  for (const block of blocks) {
    if (block.type !== 'rich_text') continue;
    for (const element of block.elements) {
      if (element.type !== 'rich_text_preformatted') continue;
      return element.elements.map((one) => (one.type === 'text' ? one.text : '')).join('');
    }
  }
  return null;
}

/** The lines in which two cards differ, as they are digested. */
function difference(one: CardFacts, other: CardFacts): string {
  const [first, second] = [renderCard(one), renderCard(other)];
  const lines = first.flatMap((line, at) => (line === second[at] ? [] : [[line, second[at]]]));
  return JSON.stringify(lines.length > 0 ? lines : [keyOf(one), keyOf(other)]);
}
