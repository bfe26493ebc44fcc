import type { ServiceCatalogue } from '../incident/service.ts';
import { group } from './group.ts';
import type { Correlator, Group, Seen } from './decision.ts';

export function createCorrelator(settings: { catalogue: ServiceCatalogue; windowS: number }): Correlator {
  type Known = {
    group: Group;
    names: Set<string>;
    services: Set<string>;
    last: number;
    firing: Set<number>;
    over: 'no' | 'yes' | 'for good';
    opened: number;
  };
  const groups: Known[] = [];
  const byAlert = new Map<number, Known>();
  const take = (known: Known, alert: Seen) => {
    known.names.add(alert.name);
    if (alert.service) known.services.add(alert.service);
    known.last = Math.max(known.last, alert.at.getTime());
    known.firing.add(alert.id);
    byAlert.set(alert.id, known);
  };
  return {
    place(alert) {
      const now = alert.at.getTime();
      const candidates = groups.filter(
        (one) => one.firing.size > 0 || now - one.last <= settings.windowS * 1000,
      );
      const grouping = group(
        alert,
        candidates.map((one, index) => ({
          id: index,
          state:
            one.over === 'no'
              ? ('open' as const)
              : one.over === 'yes'
                ? ('resolved' as const)
                : ('closed' as const),
          title: '',
          service: null,
          services: [...one.services],
          severity: 'info' as const,
          openedAt: new Date(one.opened),
          lastAlertAt: new Date(one.last),
          resolvedAt: null,
          alertNames: [...one.names],
          firing: one.firing.size > 0,
          acting: false,
        })),
        settings.catalogue,
        settings.windowS,
        alert.at,
      );
      if (grouping.kind !== 'opens') {
        const known = candidates[grouping.incidentId] as Known;
        known.over = 'no';
        take(known, alert);
        return [{ alertId: alert.id, kind: 'joins', group: known.group, why: grouping.why }];
      }
      const known: Known = {
        group: { incidentId: null },
        names: new Set(),
        services: new Set(),
        last: now,
        firing: new Set(),
        over: 'no',
        opened: now,
      };
      groups.push(known);
      take(known, alert);
      return [{ alertId: alert.id, kind: 'opens', group: known.group, why: grouping.why }];
    },
    tick: () => [],
    ended(alertId) {
      byAlert.get(alertId)?.firing.delete(alertId);
    },
    restore(alert, { incidentId, endedAt }) {
      if (incidentId === null) return;
      let known = groups.find((one) => one.group.incidentId === incidentId);
      if (!known) {
        known = {
          group: { incidentId },
          names: new Set(),
          services: new Set(),
          last: 0,
          firing: new Set(),
          over: 'no',
          opened: alert.at.getTime(),
        };
        groups.push(known);
      }
      take(known, alert);
      if (endedAt) known.firing.delete(alert.id);
    },
    incidentEnded(incidentId, _at, forGood) {
      const known = groups.find((one) => one.group.incidentId === incidentId);
      if (known) known.over = forGood ? 'for good' : 'yes';
    },
  };
}
