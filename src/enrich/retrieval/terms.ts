import { stem } from './stem.ts';

/** Words that say nothing of what a text is about. `not`, `no`, `up` and `down` do, in an alert. */
const COMMON = new Set(
  (
    'the a an and or of to in on for is are was be been by with as at it its this that these those from if then than when ' +
    'which has have had having can could will would should may might must into per also only same there their they them ' +
    'we you your our i he she do does did done so such but about any some each other more most very just via etc eg ie ' +
    'being were how what who where why here while because due within using use used one'
  ).split(' '),
);

const WORD = /[\p{L}\p{N}]+(?:_+[\p{L}\p{N}]+)*/gu;

/**
 * The terms of a text, in order, with repetitions: words in lower case without their endings. An identifier
 * gives its parts and itself in one piece, so that `HighErrorRate`, `high_error_rate` and `high error rate`
 * meet in the parts and `apiServer` and `apiserver` in the whole.
 */
export function termsOf(text: string): string[] {
  const terms: string[] = [];
  for (const [token] of text.matchAll(WORD)) {
    const parts = partsOf(token);
    if (parts.length > 1) {
      const whole = parts.join('');
      if (whole.length <= MOST_LETTERS) terms.push(whole);
    }
    for (const part of parts) if (telling(part)) terms.push(stem(part));
  }
  return terms;
}

/** How a text spells its terms, where several words are one term the first; for people, who do not read stems. */
export function spelledIn(text: string): Map<string, string> {
  const spelled = new Map<string, string>();
  for (const [token] of text.matchAll(WORD))
    for (const part of partsOf(token)) {
      const term = stem(part);
      if (!spelled.has(term)) spelled.set(term, part);
    }
  return spelled;
}

/** The identifiers of a text in one piece, as `termsOf` gives them beside their parts. */
export function compoundsOf(text: string): string[] {
  return [...text.matchAll(WORD)]
    .map(([token]) => partsOf(token))
    .filter((parts) => parts.length > 1)
    .map((parts) => parts.join(''));
}

/** The parts of one identifier, lower case: `KubeAPIDown` is kube, api, down. */
export function partsOf(token: string): string[] {
  return token
    .replaceAll(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1_$2')
    .replaceAll(/(?<=\p{Lu})\p{Lu}\p{Ll}/gu, (after) =>
      // The plural of an acronym, as in `HPAs`, is no new word.
      /^\p{Lu}s$/u.test(after) ? after : `_${after}`,
    )
    .split(/[_\W]+/u)
    .map((part) => part.toLowerCase())
    .filter((part) => part !== '');
}

/** One key for every way to write a name: `KubePodCrashLooping`, `kube-pod-crash-looping`, `kube_pod crash looping`. */
export function keyOf(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '');
}

/** Longer runs of letters are hashes and encoded data, which nobody asks for by their whole. */
const MOST_LETTERS = 48;

function telling(part: string): boolean {
  if (part.length < 2 || part.length > MOST_LETTERS || COMMON.has(part)) return false;
  // A number alone is a measurement of its day; of three digits and more it may be a code, as 503 or 0400.
  return !/^\d{1,2}$/.test(part);
}
