import { withDependencies, type ServiceCatalogue } from '../incident/service.ts';

/** How an alert is related to another, or to an incident. */
export type Relation = 'same' | 'refire' | 'declared' | 'unknown' | 'unrelated';

type Thing = { target: string; service: string | null };

export type Relations = ReturnType<typeof createRelations>;

const KEPT = 2000;
// How many alerts it takes until what has been seen counts more than an even share.
const EVEN = 6;

/** Which things fail together: as sitrep.yaml declares, and as incidents have shown. */
export function createRelations(catalogue: ServiceCatalogue) {
  /** By service: whatever it needs or is needed by, itself included. */
  const near = new Map<string, Set<string>>();
  const links = new Map<string, { n: number; with: Map<string, number> }>();
  for (const name of catalogue.keys()) near.set(name, new Set<string>());
  for (const name of catalogue.keys()) {
    for (const other of withDependencies(catalogue, name)) {
      near.get(name)?.add(other.name);
      near.get(other.name)?.add(name);
    }
  }
  const count = (one: string, other: string, weight: number) => {
    let found = links.get(one);
    if (!found) {
      if (links.size >= KEPT) return;
      found = { n: 0, with: new Map() };
      links.set(one, found);
    }
    found.n += weight;
    if (found.with.has(other) || found.with.size < 200)
      found.with.set(other, (found.with.get(other) ?? 0) + weight);
  };
  return {
    between(one: Thing, other: Thing): Relation {
      const a = one.service === null ? undefined : near.get(one.service);
      const b = other.service === null ? undefined : near.get(other.service);
      if (other.service !== null && a?.has(other.service)) return 'declared';
      // Both are described and neither needs the other, or one is and the other is not among them: that they
      // fail at one time is no reason to join them.
      if (one.service === null || other.service === null) return 'unknown';
      return a || b ? 'unrelated' : 'unknown';
    },
    declared: (service: string): ReadonlySet<string> | undefined => near.get(service),
    /** How probably a fault of `other` that reaches one more of `things` things reaches this one, by past incidents. */
    reaches(one: Thing, other: Thing, things: number): number {
      const known = links.get(other.target);
      return ((known?.with.get(one.target) ?? 0) + EVEN / things) / ((known?.n ?? 0) + EVEN);
    },
    learn(one: Thing, other: Thing, weight: number): void {
      if (one.target === other.target) return;
      count(one.target, other.target, weight);
      count(other.target, one.target, weight);
    },
  };
}
