const BAD = /^(?:e|err|error|crit|critical|fatal|f|alert|emerg|emergency|panic|severe|[0-3]|50|60|17|21)$/i;
const BAD_TEXT =
  /\b(?:error|exception|fatal|panic|fail(?:ed|ure|ing)?|refused|timed? ?out|unavailable|denied|cannot|could not|unable|oom|killed|expired|exhausted|abort(?:ed)?|reset by peer|no space|deadlock|overflow|corrupt(?:ed)?|invalid|unhealthy|evicted|crash\w*|5\d\d)\b/i;

/** What a level says, or the words where there is none. */
export function gravityOf(level: string | null, text: string): number {
  if (level === null) return BAD_TEXT.test(text) ? 1 : 0;
  if (BAD.test(level)) return 1;
  return /^w|^4$|^40$/i.test(level) ? 0.6 : 0;
}
