import { causesIn } from './causes.ts';
import type { FrozenIncident, Span } from './frozen.ts';
import type { Names } from './names.ts';
import { median } from './onset.ts';
import type { Sign } from './sign.ts';

const SLOW = 3;

/**
 * Where each bad trace went bad: the deepest failing span, or the one that spends most time itself rather than
 * waiting for what it calls. Spans above it inherit.
 */
export function traceSigns(incident: FrozenIncident, names: Names, onset: number | null): Sign[] {
  const traces = new Map<string, Span[]>();
  for (const span of incident.spans) traces.set(span.trace, [...(traces.get(span.trace) ?? []), span]);
  const usual = usualDurations(incident.spans, onset);
  const found = [...traces.values()].flatMap((spans) => originOf(spans, usual, names) ?? []);
  if (found.length === 0) return [];
  return found.flatMap(({ origin, service, above, text }): Sign[] => [
    {
      kind: 'trace',
      service,
      at: origin.at,
      weight: 1 / Math.sqrt(found.length),
      text,
      blames: [],
      causes: causesIn(origin.text),
      measure: null,
    },
    ...above.map((one): Sign => ({
      kind: 'trace',
      service: one,
      at: origin.at,
      weight: 0.5 / Math.sqrt(found.length),
      text: `${one} waits for ${service}`,
      blames: [service],
      causes: [],
      measure: null,
    })),
  ]);
}

const keyOf = (span: Span): string => `${span.service} ${span.operation}`;

function usualDurations(spans: readonly Span[], onset: number | null): Map<string, number> {
  const durations = new Map<string, number[]>();
  for (const span of spans) {
    if (span.failed || span.durationMs === null || onset === null || span.at === null || span.at >= onset)
      continue;
    durations.set(keyOf(span), [...(durations.get(keyOf(span)) ?? []), span.durationMs]);
  }
  return new Map([...durations].map(([key, all]) => [key, median(all)]));
}

type Origin = { origin: Span; service: string; above: string[]; text: string };

function originOf(spans: readonly Span[], usual: ReadonlyMap<string, number>, names: Names): Origin | null {
  const children = Map.groupBy(
    spans.filter((span) => span.parent !== null),
    (span) => span.parent as string,
  );
  const selfMs = (span: Span): number =>
    Math.max(
      0,
      (span.durationMs ?? 0) -
        (children.get(span.id) ?? []).reduce((sum, one) => sum + (one.durationMs ?? 0), 0),
    );
  const failing = spans.filter((span) => span.failed && !hasFailingBelow(span, children));
  const longest = Math.max(...spans.map((span) => span.durationMs ?? 0));
  const isSlow = (span: Span): boolean => {
    const normal = usual.get(keyOf(span));
    return span.durationMs !== null && normal !== undefined && span.durationMs > SLOW * Math.max(1, normal);
  };
  let origin = failing.sort((a, b) => selfMs(b) - selfMs(a))[0];
  let how = 'fails';
  // A caller that gives up is the one that fails; what it gave up on is still the slower one.
  const slower = spans
    .filter((span) => (usual.size > 0 ? isSlow(span) : longest >= 500))
    .sort((a, b) => selfMs(b) - selfMs(a))[0];
  const gaveUp = origin !== undefined && /time ?d? ?out|deadline|cancel/i.test(origin.text);
  if ((origin === undefined || gaveUp) && slower && selfMs(slower) >= 0.4 * longest) {
    origin = slower;
    how = `takes ${Math.round(selfMs(slower))} ms itself`;
  }
  if (!origin) return null;
  const peer = origin.peer === null ? null : names.canonical(origin.peer);
  const isCall =
    peer !== null &&
    peer !== origin.service &&
    names.all.includes(peer) &&
    !(children.get(origin.id) ?? []).some((one) => names.canonical(one.service) === peer);
  const service = isCall ? peer : names.canonical(origin.service);
  const byId = new Map(spans.map((span) => [span.id, span]));
  const above = new Set<string>();
  for (let span: Span | undefined = origin, depth = 0; span && depth < 50; depth += 1) {
    above.add(names.canonical(span.service));
    span = span.parent === null ? undefined : byId.get(span.parent);
  }
  above.delete(service);
  return { origin, service, above: [...above], text: `${origin.text || origin.operation} ${how}` };
}

function hasFailingBelow(span: Span, children: ReadonlyMap<string, readonly Span[]>, depth = 0): boolean {
  return (
    depth < 50 &&
    (children.get(span.id) ?? []).some((one) => one.failed || hasFailingBelow(one, children, depth + 1))
  );
}
