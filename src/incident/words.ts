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
