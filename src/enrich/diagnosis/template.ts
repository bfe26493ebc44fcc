/** A log line with whatever differs from one occurrence to the next masked: numbers, ids, addresses, quoted values. */
export function templateOf(text: string): string {
  return text
    .replaceAll(/\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi, '<*>')
    .replaceAll(/\b\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}\S*/g, '<*>')
    .replaceAll(/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, '<*>')
    .replaceAll(/(["'`])(?:(?!\1).){1,80}\1/g, '<*>')
    .replaceAll(/\b(?=[0-9a-f]*\d)[0-9a-f]{6,}\b/gi, '<*>')
    .replaceAll(/\d+(?:\.\d+)?/g, '<*>')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 200);
}
