import type { StoredAlert } from '../incident/alert.ts';
import type { Predicate } from '../incident/proposal.ts';
import { maskSecrets } from '../incident/secrets.ts';
import { dependants, type ServiceCatalogue } from '../incident/service.ts';
import { plain } from '../incident/text.ts';

/** What is wrong now. */
export type Troubled = {
  /** The services that alert; their signals must recover along with the target's own. */
  alerting: string[];
  /** The alerts that fire now. */
  firing: Pick<StoredAlert, 'source' | 'fingerprint' | 'name' | 'service'>[];
};

/** What must be true afterwards; `heals` are the services that must recover by it, null where nothing must. */
export function predicateOf(
  heals: readonly string[] | null,
  settled: boolean,
  context: Troubled,
  rules: { catalogue: ServiceCatalogue; holdS: number; verifyS: number },
): Predicate {
  if (heals === null)
    return { alertsResolved: false, settled, signals: [], holdsS: 0, withinS: rules.verifyS };
  const alerts = concernedBy(heals, context, rules.catalogue);
  const watched = [...heals, ...context.alerting].filter((name) => alerts.services.includes(name));
  return {
    alertsResolved: true,
    alerts,
    settled,
    signals: [...new Set(watched)].flatMap((name) =>
      (rules.catalogue.get(name)?.signals ?? []).map((signal) => ({
        ...signal,
        name: `${name} ${signal.name}`,
      })),
    ),
    holdsS: rules.holdS,
    withinS: rules.verifyS,
  };
}

/**
 * The alerts that an action can be expected to end: of the services that it heals, of those that depend on them, and those that name none.
 * Where no such alert fires, all do, for something must tell whether it has helped.
 */
function concernedBy(
  heals: readonly string[],
  { firing, alerting }: Troubled,
  catalogue: ServiceCatalogue,
): NonNullable<Predicate['alerts']> {
  const near = heals.flatMap((service) => [service, ...dependants(catalogue, service)]);
  const nearby = firing.filter((alert) => alert.service === null || near.includes(alert.service));
  const services = nearby.length > 0 ? near : [...near, ...alerting];
  const counted = nearby.length > 0 ? nearby : firing;
  return {
    services: [...new Set(services)].filter((name) => name !== ''),
    // The names go into the card, which is shown and digested as it is: no secret may stand in it.
    firing: counted.map(({ source, fingerprint, name }) => ({
      source,
      fingerprint,
      name: maskSecrets(plain(name)),
    })),
  };
}
