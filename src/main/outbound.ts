import type { HttpRequests } from '../act/world/http.ts';
import { httpRequests } from '../adapters/outbound/http-requests.ts';
import { createOutbound, type Allowed } from '../adapters/outbound/outbound.ts';
import type { Config } from '../config.ts';

/** The requests of sitrep.yaml, and the way out that leads to their hosts only; null where none is described. */
export function configuredRequests({ http, team }: Pick<Config, 'http' | 'team'>): HttpRequests | null {
  if (http.length === 0) return null;
  const privateHosts = team?.privateHosts ?? [];
  const allow = http.map(({ template }): Allowed => {
    const { origin, host, hostname } = new URL(template.url);
    return { origin, allowPrivate: privateHosts.includes(hostname) || privateHosts.includes(host) };
  });
  return httpRequests(http, createOutbound({ allow }));
}
