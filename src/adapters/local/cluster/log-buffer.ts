/** The last lines that a pod wrote, each with the time it came; old lines fall out. */

const MAX_LINES = 2_000;
/** A line may not grow without end: a pod that never writes a newline must not fill the memory. */
const MAX_LINE_LENGTH = 16_384;

export type LogLine = { at: Date; text: string };

export type LogBuffer = {
  /** Takes a piece of output as it comes from the process, whole lines or not. */
  write(chunk: string, at: Date): void;
  lines(): readonly LogLine[];
};

/** An empty buffer. */
export function logBuffer(): LogBuffer {
  const kept: LogLine[] = [];
  let rest = '';
  return {
    write(chunk, at) {
      const parts = (rest + chunk).split('\n');
      rest = (parts.pop() ?? '').slice(0, MAX_LINE_LENGTH);
      for (const text of parts) kept.push({ at, text: text.slice(0, MAX_LINE_LENGTH) });
      if (kept.length > MAX_LINES) kept.splice(0, kept.length - MAX_LINES);
    },
    lines: () => kept,
  };
}

export type LogQuery = { tailLines?: number; since?: Date; timestamps: boolean; limitBytes?: number };

/** Renders lines as the log route answers them: text, each line ended by a newline. */
export function renderLog(lines: readonly LogLine[], query: LogQuery): string {
  const { since, tailLines, limitBytes } = query;
  const recent = since === undefined ? lines : lines.filter((line) => line.at >= since);
  const tail = tailLines === undefined ? recent : recent.slice(Math.max(0, recent.length - tailLines));
  const text = tail
    .map((line) => `${query.timestamps ? `${line.at.toISOString()} ` : ''}${line.text}\n`)
    .join('');
  return limitBytes === undefined ? text : text.slice(0, limitBytes);
}
