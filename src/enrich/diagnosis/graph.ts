import type { FrozenIncident } from './frozen.ts';
import type { Names } from './names.ts';

/** Who calls whom, from what the file declares and what its traces show. */
export type Graph = {
  known: boolean;
  /** Services that `service` calls itself. */
  calls: (service: string) => ReadonlySet<string>;
  /** Services that `service` needs, directly or not, itself left out. */
  needs: (service: string) => ReadonlySet<string>;
  /** Services that need `service`, directly or not, itself left out. */
  neededBy: (service: string) => ReadonlySet<string>;
};

export function graphOf(incident: FrozenIncident, names: Names): Graph {
  const calls = new Map<string, Set<string>>();
  const add = (from: string, to: string): void => {
    const caller = names.canonical(from);
    const callee = names.canonical(to);
    if (caller !== callee) calls.set(caller, (calls.get(caller) ?? new Set()).add(callee));
  };
  for (const [from, all] of incident.dependsOn) for (const to of all) add(from, to);
  const services = new Set(names.all);
  const spans = new Map(incident.spans.map((span) => [`${span.trace} ${span.id}`, span]));
  for (const span of incident.spans) {
    const parent = span.parent === null ? undefined : spans.get(`${span.trace} ${span.parent}`);
    if (parent) add(parent.service, span.service);
    if (span.peer && services.has(names.canonical(span.peer))) add(span.service, span.peer);
  }
  const backwards = new Map<string, Set<string>>();
  for (const [from, all] of calls) {
    for (const to of all) backwards.set(to, (backwards.get(to) ?? new Set()).add(from));
  }
  return {
    known: calls.size > 0,
    calls: (service) => calls.get(service) ?? new Set(),
    needs: (service) => reachable(calls, service),
    neededBy: (service) => reachable(backwards, service),
  };
}

function reachable(edges: ReadonlyMap<string, ReadonlySet<string>>, start: string): Set<string> {
  const seen = new Set([start]);
  // A set that grows while it is walked is walked to its end.
  for (const one of seen) for (const next of edges.get(one) ?? []) seen.add(next);
  seen.delete(start);
  return seen;
}
