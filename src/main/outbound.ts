import type { HttpReader, HttpRequests } from '../act/world/http.ts';
import { httpReader, httpRequests } from '../adapters/outbound/http-requests.ts';
import { createOutbound, type Allowed, type Outbound } from '../adapters/outbound/outbound.ts';
import type { Config } from '../config.ts';

type Configured = Pick<Config, 'http' | 'team'>;

/** The requests of sitrep.yaml to look at; null where none is described. */
export function requestsToRead(config: Configured): HttpReader | null {
  return config.http.length > 0 ? httpReader(config.http, wayOut(config)) : null;
}

/** The same requests to send. */
export function requestsToSend(config: Configured, until?: AbortSignal): HttpRequests | null {
  return config.http.length > 0 ? httpRequests(config.http, wayOut(config, until)) : null;
}

/** The hosts of the templates, where requests may go. */
export function allowedHosts({ http, team }: Configured): Allowed[] {
  const privateHosts = team?.privateHosts ?? [];
  return http.map(({ template }): Allowed => {
    const { origin, host, hostname } = new URL(template.url);
    return { origin, allowPrivate: privateHosts.includes(hostname) || privateHosts.includes(host) };
  });
}

/** It leads to the hosts of the templates only. */
function wayOut(config: Configured, until?: AbortSignal): Outbound {
  return createOutbound({ allow: allowedHosts(config), until });
}
