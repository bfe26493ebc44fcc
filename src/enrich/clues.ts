import type { StoredAlert } from '../incident/alert.ts';
import type { LogLine } from './diagnosis/frozen.ts';
import { templateOf } from './diagnosis/template.ts';

/** What logs and stack traces say of a symptom, bounded, for the comparison with changes. */
export type Clues = { logs: string[]; frames: string[] };

const MOST_PATTERNS = 12;
const MOST_FRAMES = 30;
const MOST_ALERTS = 50;
/** Lines of the minute before an alert belong to it: a rule needs time to fire. */
const BEFORE_MS = 3 * 60_000;

/** A place in a source file as stack traces of the usual languages write it. */
const FRAME =
  /File "[^"\n]{1,300}", line \d+|[\w@$./-]{1,300}\.(?:c|cc|cpp|cs|ex|exs|go|java|js|jsx|cjs|mjs|kt|php|py|rb|rs|scala|swift|ts|tsx)(?:\.\w+)?:\d+/g;
/** Of libraries and of the language itself: they are in every trace, and no change of ours touches them. */
const FOREIGN =
  /node_modules|node:|^internal\/|site-packages|dist-packages|\/usr\/(?:local\/)?lib|\/go\/pkg\/mod|\/gems\/|\/rustc\/|vendor\//;

/** Clues from what alerts carry and from the graver lines since shortly before `onset`. */
export function cluesOf(alerts: readonly StoredAlert[], logs: readonly LogLine[], onset: Date): Clues {
  const since = onset.getTime() - BEFORE_MS;
  const grave = logs.filter(({ gravity, at }) => gravity > 0 && (at === null || at >= since));
  const patterns = new Map<string, number>();
  for (const { text, gravity, count } of grave) {
    const pattern = templateOf(text);
    patterns.set(pattern, (patterns.get(pattern) ?? 0) + gravity * count);
  }
  const told = alerts
    .slice(0, MOST_ALERTS)
    .flatMap(({ annotations, description }) => [description, ...Object.values(annotations)]);
  return {
    logs: [...patterns]
      .sort(([, a], [, b]) => b - a)
      .slice(0, MOST_PATTERNS)
      .map(([pattern]) => pattern),
    frames: [...new Set([...told, ...grave.map(({ text }) => text)].flatMap(framesIn))].slice(0, MOST_FRAMES),
  };
}

function framesIn(text: string): string[] {
  return (text.slice(0, 4000).match(FRAME) ?? []).filter((frame) => !FOREIGN.test(frame));
}
