import { renderCard, type Unrendered } from '../../src/incident/card.ts';
import type { Consent } from '../../src/incident/proposal.ts';

/** A consent with the card that belongs to it, whatever card it had. */
export function rendered(consent: Unrendered | Consent): Consent {
  const { card: _, shown, ...others } = { card: [], ...consent };
  if (!shown) throw new Error('This consent is of an earlier version; there is no card for it.');
  const unrendered = { ...others, shown };
  return { ...unrendered, card: renderCard(unrendered) };
}
