/**
 * Whether a text of an alert may name a value. It is kept as it was reported first, and repetitions change nothing of it, so
 * that a value in it is not the one of now.
 */
export function mayBeOld(text: string): boolean {
  return /\d/.test(text);
}
