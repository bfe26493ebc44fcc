/** A log line with whatever differs from one occurrence to the next masked: numbers, ids, addresses, quoted values. */
export function templateOf(text: string): string {
  return text
    .replaceAll(/\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi, '<id>')
    .replaceAll(/\b\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}\S*/g, '<time>')
    .replaceAll(/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, '<address>')
    .replaceAll(/(["'`])(?:(?!\1).){1,80}\1/g, '<quoted>')
    .replaceAll(/\b(?=[0-9a-f]*\d)(?=\d*[a-f])[0-9a-f]{6,}\b/gi, '<id>')
    .replaceAll(/\d+(?:\.\d+)?/g, '<n>')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 200);
}
