import { causesIn, type Cause } from './causes.ts';
import type { FrozenIncident, LogLine } from './frozen.ts';
import type { Graph } from './graph.ts';
import type { Names } from './names.ts';
import type { Sign } from './sign.ts';
import { templateOf } from './template.ts';

type Kind = { lines: LogLine[]; service: string | null; gravity: number; text: string };

/** A line is put down to another service where it speaks of trouble on the way to it. */
const TROUBLE_WITH =
  /refused|(?:did|does|do) ?n[o']t (?:answer|respond|reply)|no (?:answer|response|reply)|time ?d? ?out|deadline|unavailable|unreachable|5\d\d|upstream|downstream|depend|calling|call to|request to|connect|reset|fail|error|unhealthy|denied|reject|answered|returned|circuit|breaker|retry|no healthy/i;

/** What a caller says when it did not get through, without a word of whom it called. */
const NO_WAY =
  /certificate verify failed|(?:ssl|tls)\S{0,40} handshake|handshake fail|ECONNREFUSED|dial tcp .{0,60}time ?d? ?out|connect(?:ion)? time ?d? ?out|connection (?:was )?refused|no such host|ENOTFOUND/i;

const JUMP = 3;
/** There are dozens of kinds of lines in a file, and one of them always comes a little more often. */
const BY_CHANCE = 0.001;
/** A shorter past says nothing about what is usual. */
const LEAST_PAST_MS = 5 * 60_000;

/**
 * Error signatures that are new, or several times as frequent, since `onset` (milliseconds; null: take all).
 * What was there before at the same rate is the noise of the place.
 */
export function logSigns(incident: FrozenIncident, names: Names, graph: Graph, onset: number | null): Sign[] {
  const kinds = new Map<string, Kind>();
  for (const line of incident.logs) {
    const service = serviceOf(line, names);
    const key = `${service ?? ''} ${templateOf(line.text)}`;
    const kind = kinds.get(key) ?? { lines: [], service, gravity: line.gravity, text: line.text };
    kind.lines.push(line);
    kinds.set(key, kind);
  }
  const past = pastOf(kinds, incident, names, onset);
  const signs = [...kinds.values()].flatMap((kind) => signOf(kind, names, graph, past));
  return [...signs, ...patternSigns(incident, names, graph)];
}

/** What was usual before the onset, and how long each side of it was watched, in milliseconds. */
type Past = { until: number; lastedMs: number; sinceMs: number; perService: ReadonlyMap<string, number> };

/** Null where the file does not show enough of what came before. */
function pastOf(
  kinds: ReadonlyMap<string, Kind>,
  incident: FrozenIncident,
  names: Names,
  onset: number | null,
): Past | null {
  const times = incident.logs.flatMap((line) => line.at ?? []);
  const first = times.reduce((least, at) => Math.min(least, at), Infinity);
  const last = times.reduce((most, at) => Math.max(most, at), -Infinity);
  if (onset === null || onset - first < LEAST_PAST_MS) return null;
  // What comes just before the measured onset may be its beginning, and is not its past.
  const until = onset - 0.1 * (onset - first);
  // What other services have written all along is no news in the logs of one more.
  const perService = new Map<string, number>();
  for (const kind of kinds.values()) {
    const template = templateOf(kind.text);
    const share = countBefore(kind, until) / Math.max(1, names.all.length);
    if (share > 0) perService.set(template, (perService.get(template) ?? 0) + share);
  }
  return { until, lastedMs: until - first, sinceMs: Math.max(1, last - until), perService };
}

function countBefore(kind: Kind, until: number): number {
  return kind.lines.reduce((sum, { at, count }) => sum + (at !== null && at < until ? count : 0), 0);
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

function signOf(kind: Kind, names: Names, graph: Graph, past: Past | null): Sign[] {
  const causes = causesIn(kind.text);
  if (kind.gravity === 0 && causes.length === 0) return [];
  const times = kind.lines.flatMap((line) => line.at ?? []).sort((a, b) => a - b);
  const total = kind.lines.reduce((sum, line) => sum + line.count, 0);
  let novelty = 1;
  let began = times[0] ?? null;
  if (past && began !== null) {
    const before = countBefore(kind, past.until);
    const usual = Math.max(before, past.perService.get(templateOf(kind.text)) ?? 0);
    // Half a line more than were seen, because a short past shows few of the rare ones.
    const expected = ((usual + 0.5) * past.sinceMs) / past.lastedMs;
    if (usual > 0 && chanceOf(total - before, expected) > BY_CHANCE) novelty = 0.1;
    if (usual > 0) began = times.find((at) => at >= past.until) ?? null;
  }
  const frequent = 0.5 + 0.5 * Math.min(1, Math.log2(1 + total) / 4);
  return [
    {
      kind: 'log',
      service: kind.service,
      at: novelty < 1 ? null : began,
      weight: novelty * frequent * Math.max(floorOf(causes), kind.gravity),
      text: kind.text,
      blames: blamed(kind.text, kind.service, names, graph),
      causes,
      measure: null,
    },
  ];
}

/** The probability that so many come together by chance where `expected` come on average (Poisson). */
function chanceOf(count: number, expected: number): number {
  let fewer = 0;
  for (let n = 0, share = Math.exp(-expected); n < count; n += 1) {
    fewer += share;
    share *= expected / (n + 1);
  }
  return Math.max(0, 1 - fewer);
}

function patternSigns(incident: FrozenIncident, names: Names, graph: Graph): Sign[] {
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
        blames: blamed(pattern.template, service, names, graph),
        causes,
        measure: null,
      },
    ];
  });
}

function blamed(text: string, service: string | null, names: Names, graph: Graph): string[] {
  if (!TROUBLE_WITH.test(text)) return [];
  const named = names.mentioned(text).filter((name) => name !== service);
  if (named.length > 0 || service === null || !NO_WAY.test(text)) return named;
  // Who calls a single service can mean only that one.
  const called = graph.calls(service);
  return called.size === 1 ? [...called] : [];
}
