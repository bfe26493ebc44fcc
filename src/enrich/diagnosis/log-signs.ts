import { causesIn, type Cause } from './causes.ts';
import type { FrozenIncident, LogLine } from './frozen.ts';
import type { Names } from './names.ts';
import type { Sign } from './sign.ts';
import { templateOf } from './template.ts';

type Kind = { lines: LogLine[]; service: string | null; gravity: number; text: string };

/** A line is put down to another service where it speaks of trouble on the way to it. */
const TROUBLE_WITH =
  /refused|time ?d? ?out|deadline|unavailable|unreachable|5\d\d|upstream|downstream|depend|calling|call to|request to|connect|reset|fail|error|unhealthy|denied|reject|answered|returned|circuit|breaker|retry|no healthy/i;

const JUMP = 3;
/** A shorter past says nothing about what is usual. */
const LEAST_PAST_MS = 5 * 60_000;

/**
 * Error signatures that are new, or several times as frequent, since `onset` (milliseconds; null: take all).
 * What was there before at the same rate is the noise of the place.
 */
export function logSigns(incident: FrozenIncident, names: Names, onset: number | null): Sign[] {
  const kinds = new Map<string, Kind>();
  for (const line of incident.logs) {
    const service = serviceOf(line, names);
    const key = `${service ?? ''} ${templateOf(line.text)}`;
    const kind = kinds.get(key) ?? { lines: [], service, gravity: line.gravity, text: line.text };
    kind.lines.push(line);
    kinds.set(key, kind);
  }
  const times = incident.logs.flatMap((line) => line.at ?? []);
  const first = Math.min(...times);
  const last = Math.max(...times);
  const signs = [...kinds.values()].flatMap((kind) => signOf(kind, names, onset, { first, last }));
  return [...signs, ...patternSigns(incident, names)];
}

/** What explains itself counts whatever level it was written at. */
function floorOf(causes: readonly Cause[]): number {
  return Math.max(0.3, ...causes.map((cause) => 0.75 * cause.explicit));
}

/** A line that names no service may begin with one. */
function serviceOf(line: LogLine, names: Names): string | null {
  const told = line.service ?? /^\W*([\w.-]+)/.exec(line.text)?.[1] ?? null;
  return told === null || !names.isService(told) ? null : names.canonical(told);
}

function signOf(
  kind: Kind,
  names: Names,
  onset: number | null,
  span: { first: number; last: number },
): Sign[] {
  const causes = causesIn(kind.text);
  if (kind.gravity === 0 && causes.length === 0) return [];
  const at = kind.lines.flatMap((line) => line.at ?? []);
  const total = kind.lines.reduce((sum, line) => sum + line.count, 0);
  let novelty = 1;
  let began = at.length > 0 ? Math.min(...at) : null;
  if (onset !== null && began !== null && onset - span.first >= LEAST_PAST_MS) {
    const isBefore = (line: LogLine): boolean => line.at !== null && line.at < onset;
    const before = kind.lines.filter(isBefore).reduce((sum, line) => sum + line.count, 0);
    const rateBefore = before / Math.max(1, onset - span.first);
    const rateAfter = (total - before) / Math.max(1, span.last - onset);
    // A first occurrence just before the measured onset is its beginning, and not its past.
    const isOld = before > 0 && began < onset - 0.1 * (onset - span.first);
    // One more of what comes now and then is no jump.
    if (isOld && (total - before < JUMP || rateAfter < JUMP * rateBefore)) novelty = 0.1;
    else if (isOld) began = Math.min(...at.filter((one) => one >= onset), Infinity);
    if (began === Infinity) began = null;
  }
  const frequent = 0.5 + 0.5 * Math.min(1, Math.log2(1 + total) / 4);
  return [
    {
      kind: 'log',
      service: kind.service,
      at: novelty < 1 ? null : began,
      weight: novelty * frequent * Math.max(floorOf(causes), kind.gravity),
      text: kind.text,
      blames: blamed(kind.text, kind.service, names),
      causes,
      measure: null,
    },
  ];
}

function patternSigns(incident: FrozenIncident, names: Names): Sign[] {
  return incident.patterns.flatMap((pattern): Sign[] => {
    const causes = causesIn(pattern.template);
    if (pattern.gravity === 0 && causes.length === 0) return [];
    const service = pattern.service === null ? null : names.canonical(pattern.service);
    const { before, during } = pattern;
    const isNew = before === null || during === null || before === 0 || during >= JUMP * before;
    return [
      {
        kind: 'log',
        service,
        at: pattern.firstSeen,
        weight: (isNew ? 0.9 : 0.1) * Math.max(floorOf(causes), pattern.gravity),
        text: pattern.template,
        blames: blamed(pattern.template, service, names),
        causes,
        measure: null,
      },
    ];
  });
}

function blamed(text: string, service: string | null, names: Names): string[] {
  if (!TROUBLE_WITH.test(text)) return [];
  return names.mentioned(text).filter((name) => name !== service);
}
