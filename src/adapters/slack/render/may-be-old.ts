/** A number as one measures it, with a unit or a decimal point: “27 %”, “3.2s”, “1,200 rps”; not “5xx”, “svc-2” or “port 8080”. */
const MEASURED =
  /(?<![\w.,-])\d[\d,]*(?:\.\d+(?![\w.])|(?:\.\d+)?\s?(?:%|(?:[nµm]?s|secs?|seconds?|min|minutes?|[kmgt]i?b|rps|qps|rpm|req\/s|errors\/s)(?!\w)))/i;

/**
 * Whether a text of an alert names a value. It is kept as it was reported first, and repetitions change nothing of it, so that
 * a value in it is not the one of now.
 */
export function mayBeOld(text: string): boolean {
  return MEASURED.test(text);
}
