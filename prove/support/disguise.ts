import type { Random } from '../../bench/rig/random.ts';
import { copyOf, keyOf, type CardFacts } from './card-facts.ts';
import { leavesOf, withLeaf } from './leaves.ts';
import { LOOK_ALIKES } from './look.ts';

/** What takes no room, turns the direction of writing, or is taken for a blank. */
const UNSEEN = [
  '\u200b',
  '\u200d',
  '\u2060',
  '\ufeff',
  '\u00ad',
  '\u202e',
  '\u2066',
  '\u2069',
  '\u061c',
  '\u180e',
  '\u034f',
  '\u115f',
  '\u3164',
  '\u2800',
  '\u{e0041}',
  '\u00a0',
  '\u2003',
  '\u3000',
  '\u0000',
  '\u001b',
  '\u0301',
  '\ufe0f',
];
/** What stands between two parts of a card. */
const SEPARATORS = [
  ' as observed at ',
  ' and ',
  ' < ',
  ' (risk low)',
  '\nExpected: ',
  '\nUndo: none',
  '\\u{a}Dry run: ',
  ', for 30 s on end,',
  ' within 60 s',
  '\\u{200b}',
  '\\',
  '*',
  '`',
  '~',
  '<!channel>',
  '…',
  '&amp;',
];

type Fields = 'dryRun' | 'expectedEffect' | 'identity' | 'observedVersion' | 'query';

/** The same facts but for one change that somebody might hope nobody sees. */
export function disguised(facts: CardFacts, random: Random): CardFacts {
  return wellFormed(otherThan(facts, random));
}

function otherThan(facts: CardFacts, random: Random): CardFacts {
  const copy = wellFormed(changed(facts, random));
  if (keyOf(copy) !== keyOf(facts)) return copy;
  // Not every text has what the change was for; every text can be made longer.
  const { dryRun } = copy.shown;
  copy.shown.dryRun = inserted(dryRun, random.below(dryRun.length + 1), pick(UNSEEN, random));
  return copy;
}

/** Half a character has no canonical form, so nothing with one is ever digested. */
function wellFormed(facts: CardFacts): CardFacts {
  const text = JSON.stringify(facts);
  const whole = (_: string, value: unknown) => (typeof value === 'string' ? value.toWellFormed() : value);
  return JSON.parse(text, whole) as CardFacts;
}

function changed(facts: CardFacts, random: Random): CardFacts {
  const copy = copyOf(facts);
  const slots = textSlots(copy);
  const slot = slots[random.below(slots.length)];
  if (!slot) return copy;
  const text = slot.get();
  const at = random.below(text.length + 1);
  switch (random.below(9)) {
    case 0:
      slot.set(inserted(text, at, pick(UNSEEN, random)));
      return copy;
    case 1:
      slot.set(inserted(text, at, pick(SEPARATORS, random)));
      return copy;
    case 2:
      slot.set(lookingAlike(text, random));
      return copy;
    case 3:
      slot.set(random.below(2) === 0 ? text.normalize('NFD') : text.normalize('NFKC'));
      return copy;
    case 4:
      slot.set(text.replaceAll('\n', '\\u{a}').replaceAll('\u200b', '\\u{200b}'));
      return copy;
    case 5:
      return moved(copy, random);
    case 6:
      slot.set(text.length > 60 ? `${text.slice(0, 59)}…` : `${text}${' '.repeat(1 + random.below(3))}`);
      return copy;
    case 7:
      return splitCondition(copy);
    default:
      return changedLeaf(copy, random);
  }
}

type TextSlot = { name: Fields; get(): string; set(text: string): void };

function textSlots(facts: CardFacts): TextSlot[] {
  const { shown } = facts;
  return [
    { name: 'dryRun', get: () => shown.dryRun, set: (text) => void (shown.dryRun = text) },
    {
      name: 'expectedEffect',
      get: () => shown.expectedEffect,
      set: (text) => void (shown.expectedEffect = text),
    },
    {
      name: 'identity',
      get: () => facts.target.identity,
      set: (text) => void (facts.target.identity = text),
    },
    {
      name: 'observedVersion',
      get: () => facts.target.observedVersion,
      set: (text) => void (facts.target.observedVersion = text),
    },
    ...facts.predicate.signals.map((signal): TextSlot => ({
      name: 'query',
      get: () => signal.query,
      set: (text) => void (signal.query = text),
    })),
  ];
}

/** A part of one field goes over to the next, with the words between them, so that the whole reads the same. */
function moved(facts: CardFacts, random: Random): CardFacts {
  const { target } = facts;
  const between = ' as observed at ';
  const whole = `${target.identity}${between}${target.observedVersion}`;
  const places = [...whole.matchAll(new RegExp(between, 'g'))].map(({ index }) => index);
  const at = places[random.below(places.length)] ?? whole.indexOf(between);
  return {
    ...facts,
    target: { identity: whole.slice(0, at), observedVersion: whole.slice(at + between.length) },
  };
}

/** Two conditions as one that is written like both. */
function splitCondition(facts: CardFacts): CardFacts {
  const [first, second, ...rest] = facts.predicate.signals;
  if (!first || !second) return facts;
  const joined = { ...second, query: `${first.query} < ${first.healthyBelow} and ${second.query}` };
  return { ...facts, predicate: { ...facts.predicate, signals: [joined, ...rest] } };
}

/** Any value of the consent, whether it has a line of its own or not. */
function changedLeaf(facts: CardFacts, random: Random): CardFacts {
  // Nothing but an action can stand where there is no inverse.
  const leaves = leavesOf(facts).filter((path) => path.at(-1) !== 'inverse');
  return withLeaf(facts, pick(leaves, random));
}

function lookingAlike(text: string, random: Random): string {
  const places = Array.from(text).flatMap((character, at) => (LOOK_ALIKES.has(character) ? [at] : []));
  const at = places[random.below(Math.max(1, places.length))];
  if (at === undefined) return `${text}\u0430`;
  const characters = Array.from(text);
  characters[at] = pick(LOOK_ALIKES.get(characters[at] ?? '') ?? ['?'], random);
  return characters.join('');
}

function inserted(text: string, at: number, what: string): string {
  return text.slice(0, at) + what + text.slice(at);
}

function pick<T>(from: readonly T[], random: Random): T {
  return from[random.below(from.length)] as T;
}
