/**
 * `2026-11-25 16:45:12 UTC`: how a moment stands in plain text everywhere, which is read in many time zones, and beside a
 * log. Where Slack shows a moment itself, it does so in the reader's own zone, and this is what it falls back on.
 */
export function utc(at: Date): string {
  return utcOf(at.toISOString());
}

/** The same of a moment as the record writes it. What is no such moment stays as it is, so that nothing is hidden. */
export function utcOf(iso: string): string {
  return iso.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/u, '$1 $2 UTC');
}
