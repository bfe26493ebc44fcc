import { words } from '../../incident/words.ts';

/**
 * Words in which people complain about any change whatever. They say that something is wrong, not what, so
 * that a commit which happens to contain one of them shares nothing with the symptom.
 */
const COMPLAINT = new Set(
  `the a an and or of to in on for is are was be by with as at it its this that from not no if then than when
  which has have had can will into over per one two all more most also only same we i you they he she my our
  your their there here what where why how who do does did done doing don doesn didn isn wasn aren couldn won
  wouldn shouldn cannot should would could may might must been being but so because just now yet still until
  before after again while since due very too some any many much lot lots few other another these those them
  us me up out off down about like get gets got go goes going went see seems seem look looks let make makes
  made need needs needed want try tries trying tried use used uses using work works working worked worked
  cause causes caused causing break breaks broke broken breaking breakage revert reverts reverted reverting
  rollback undo back issue issues problem problems bug bugs error errors fail fails failed failing failure
  failures wrong bad change changes changed commit commits patch patches merge merged pr pull request deploy
  deploys deployed deployment deploying release released production prod fix fixes fixed unexpected unknown
  investigate investigation investigating reason later currently recent recently actually apparently probably
  possibly seeing saw expected properly correctly unfortunately regression thing things way time first new old
  per via re ll ve etc please thanks sorry ok yes well without even instead right however further`.split(
    /\s+/,
  ),
);

/** The telling terms of a text in order, repeated where it repeats them: split identifiers, endings taken off. */
export function termsOf(text: string): string[] {
  return words(text)
    .filter((word) => !COMPLAINT.has(word))
    .map(stem);
}

/** How a text spells its terms, where several words are one term the first; for people, who do not read stems. */
export function spelledIn(text: string): Map<string, string> {
  return new Map(
    words(text)
      .toReversed()
      .map((word) => [stem(word), word]),
  );
}

/**
 * Takes off the commonest English endings; words with digits and short ones stay as they are. Not the stem of
 * src/enrich/retrieval, because that one cost accuracy on real reverts (docs/evaluation.md).
 */
export function stem(word: string): string {
  if (word.length < 4 || /\d/.test(word)) return word;
  const singular = word
    .replace(/ies$/, 'y')
    .replace(/(ss|sh|ch|x)es$/, '$1')
    .replace(/([^su])s$/, '$1');
  return singular.replace(/(?<=...)(?:ing|ed|ations?|ion|ment|ly|er|e)$/, '') || singular;
}
