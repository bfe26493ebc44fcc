import { cardText } from './literal.ts';
import type { Question } from './question.ts';

/** What an approval is given by. */
export type Confirmation =
  | { by: 'click' }
  | {
      by: 'typed';
      /** What must be typed, to the letter. */
      text: string;
      /** What that is, for people. */
      what: string;
      /** Whether it may be told beside the field; otherwise it must be looked up in the card itself. */
      told: boolean;
    };

/** Characters that may be typed; the names of all targets of a plan have room. */
export const LONGEST_TYPED = 3_000;

/** A card longer than this could push its own buttons or half of itself out of sight. Counted as JSON. */
const LONGEST_CARD = 5_800;

/** Whether a card is too long to stand in a message; then it goes to people as a file. */
export function isLong(card: readonly string[]): boolean {
  return JSON.stringify(cardText(card)).length > LONGEST_CARD;
}

/**
 * How this consent must be given: by the names of all targets whose step asks for its own. Whoever approves a card that only
 * a file shows whole types the first characters of the digest as well, which stand at the end of that file.
 */
export function confirmationOf({ steps, card, digest }: Question): Confirmation {
  const names = steps.flatMap(({ consent }) =>
    consent.confirm === 'typed' ? [targetName(consent.target.identity)] : [],
  );
  const whose = names.length === 1 ? 'the name of the target' : 'the names of the targets';
  if (isLong(card)) {
    const ending = 'the first 8 characters of the digest at the end of the whole card';
    return {
      by: 'typed',
      text: [...names, digest.slice(0, 8)].join(' '),
      what: names.length === 0 ? ending : `${whose} and after that ${ending}, with blanks between`,
      told: false,
    };
  }
  if (names.length === 0) return { by: 'click' };
  return { by: 'typed', text: names.join(' '), what: whose, told: true };
}

/** Why what was typed is no consent, with what to do; null where it is one. Pure. */
export function whyNotConfirmed(confirmation: Confirmation, typed: string | null): string | null {
  if (confirmation.by === 'click' || typed?.trim() === confirmation.text) return null;
  const wanted = confirmation.told ? `${confirmation.what}: ${confirmation.text}` : confirmation.what;
  return typed === null
    ? `This takes more than a click. Type ${wanted}.`
    : `What you typed is not ${confirmation.what}, so nothing was approved. Type ${wanted}.`;
}

/**
 * The name in an identity such as `deployment shop/pricing uid 12`. What it stands in comes after it and is the name of
 * many others: whoever types the environment of a flag has not looked at which flag it is.
 */
function targetName(identity: string): string {
  const [, within] = /^(?:flag|machine|workflow) (\S+) (?:of|on) /.exec(identity) ?? [];
  if (within !== undefined) return within;
  return (
    identity
      .replace(/ uid \S*$/, '')
      .split(' ')
      .at(-1) ?? identity
  );
}
