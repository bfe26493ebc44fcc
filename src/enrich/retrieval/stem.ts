/**
 * Endings that bend a word without changing what it speaks of, longest first, with the letters that must
 * remain. Far lighter than Porter's rules: `operator` and `operation` stay apart, because they are other
 * things in this field.
 */
const ENDINGS: readonly (readonly [ending: string, least: number])[] = [
  ['ations', 4],
  ['ation', 4],
  ['ments', 4],
  ['ating', 4],
  ['ment', 4],
  ['ings', 3],
  ['ures', 4],
  ['ness', 4],
  ['able', 5],
  ['ated', 4],
  ['ates', 4],
  ['ions', 4],
  ['ing', 3],
  ['ure', 4],
  ['ies', 3],
  ['ion', 4],
  ['ate', 4],
  ['ed', 3],
  ['es', 3],
  ['ly', 4],
  ['s', 3],
  ['e', 3],
  ['y', 3],
];

/** One form for `failing`, `failed`, `fails` and `failure`. Takes and gives lower case. */
export function stem(word: string): string {
  if (word.length < 4 || /\d/.test(word) || /(ss|us|is)$/.test(word)) return word;
  for (const [ending, least] of ENDINGS) {
    if (!word.endsWith(ending) || word.length - ending.length < least) continue;
    const root = word.slice(0, -ending.length);
    if (ending === 's' && /[aeiouy]/.test(root) === false) return word;
    // `stopped` and `stopping` are `stop`; `filled` stays `fill`.
    return /(?:ed|ing)s?$/.test(ending) && /([^aeioulsz])\1$/.test(root) ? root.slice(0, -1) : trimmed(root);
  }
  return word;
}

/** `expires` without its ending is `expir`, as `expire` is. */
function trimmed(root: string): string {
  return root.length > 3 && /[ey]$/.test(root) ? root.slice(0, -1) : root;
}
