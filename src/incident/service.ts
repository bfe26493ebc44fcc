/** What sitrep.yaml says of one service. */
export type Service = {
  name: string;
  description: string;
  /** Such as `production`; policy rules may ask for it. */
  environment: string;
  dependsOn: string[];
  kubernetes: { namespace: string; deployment: string } | null;
  github: { repo: string; paths: string[] } | null;
  signals: Signal[];
};

/** A measured value that tells whether a service is well. `healthyBelow` is in the unit of the query. */
export type Signal = { name: string; query: string; healthyBelow: number };

/** All declared services by name. */
export type ServiceCatalogue = ReadonlyMap<string, Service>;

/**
 * Everything that `service` depends on, nearest first, with the number of steps to it.
 * The service itself is the first, at distance 0. Cycles are walked once.
 */
export function withDependencies(
  catalogue: ServiceCatalogue,
  service: string,
): { name: string; distance: number }[] {
  const found = [{ name: service, distance: 0 }];
  const seen = new Set([service]);
  for (const { name, distance } of found) {
    for (const next of catalogue.get(name)?.dependsOn ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      found.push({ name: next, distance: distance + 1 });
    }
  }
  return found;
}

/** Every service that depends on `service`, directly or not, itself left out. */
export function dependants(catalogue: ServiceCatalogue, service: string): string[] {
  return [...catalogue.keys()].filter(
    (name) => name !== service && withDependencies(catalogue, name).some((other) => other.name === service),
  );
}
