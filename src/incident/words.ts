/**
 * The words of a text for search: identifiers are kept and also split, so that `HighErrorRate`,
 * `high_error_rate` and “high error rate” meet. Lower case, at least two characters.
 */
export function words(text: string): string[] {
  return (text.match(/[\p{L}\p{N}_]+/gu) ?? []).flatMap((token) => {
    const parts = token
      .replaceAll(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
      .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
      .split(/[\s_]+/)
      .map((part) => part.toLowerCase())
      .filter((part) => part.length > 1);
    return parts.length > 1 ? [token.toLowerCase().replaceAll('_', ''), ...parts] : parts;
  });
}

const COMMON = new Set(
  'the a an and or of to in on for is are was be by with as at it its this that from not no if then than when which has have can will into over per one two all more most also only same'.split(
    ' ',
  ),
);

/** The telling words of a text, each once. */
export function keywords(text: string): Set<string> {
  return new Set(words(text).filter((word) => !COMMON.has(word)));
}
