import { SYNONYM, type AskedReferences, type QueryTerms } from './query-terms.ts';
import { rarity, type Statistics } from './search-index.ts';
import { synonymsOf } from './synonyms.ts';

/** One asked term: its worth, and the words that may stand for it with the most that each can give. */
export type AskedTerm = {
  term: string;
  slot: number;
  worth: number;
  standIns: readonly { slot: number; most: number }[];
};

/**
 * The question as scoring needs it. Each term's worth is how much it was asked for times its rarity; terms and
 * their stand-ins are numbered, because a question meets thousands of passages.
 */
export type Asked = {
  terms: readonly AskedTerm[];
  slots: ReadonlyMap<string, number>;
  mass: number;
  references: AskedReferences;
  spelled: QueryTerms['spelled'];
};

export function askedOf(
  { weights, compounds, spelled }: QueryTerms,
  references: AskedReferences,
  statistics: Statistics,
): Asked {
  const slots = new Map<string, number>();
  const slotOf = (term: string) => {
    const slot = slots.get(term) ?? slots.size;
    slots.set(term, slot);
    return slot;
  };
  let mass = 0;
  // The parts of an identifier ask for the same as it does, where nobody writes it in one piece.
  const known = (term: string) => (statistics.frequency.get(term) ?? 0) > 0;
  const kept = [...weights].filter(([term]) => known(term) || !compounds.has(term));
  const asked = kept.map(([term, weight]): AskedTerm => {
    const worth = weight * rarityOf(term, statistics);
    mass += worth;
    return {
      term,
      slot: slotOf(term),
      worth,
      standIns: synonymsOf(term).map((other) => ({
        slot: slotOf(other),
        // A common word that stands for a rare one is still common.
        most: SYNONYM * Math.min(worth, weight * rarityOf(other, statistics)),
      })),
    };
  });
  return { terms: asked, slots, mass, references, spelled };
}

function rarityOf(term: string, { documents, frequency }: Statistics): number {
  return rarity(documents, frequency.get(term) ?? 0);
}
