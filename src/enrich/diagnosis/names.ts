import type { FrozenIncident } from './frozen.ts';

/** The services of one incident: one spelling each, found again in names of pods, hosts, paths and metrics. */
export type Names = {
  all: string[];
  /** The spelling that the file declares for a name, or the name itself. */
  canonical: (name: string) => string;
  /** Whether a name is one of the services at all. */
  isService: (name: string) => boolean;
  /** Services that a text mentions as words of their own. */
  mentioned: (text: string) => string[];
  /** The service that a path, metric or version begins with or contains as a part; null for none. */
  within: (name: string) => string | null;
};

const MACHINERY =
  /^(?:kernel|kubelet|systemd|syslog|dmesg|kube-\S+|k8s\S*|kubernetes|containerd|docker\w*|cri-o|node-exporter|prometheus|alertmanager|scheduler|cloud-init|hpa|autoscaler|cluster-autoscaler|argocd|flux|ci|github|jenkins|cert-manager|cloud-\S+|aws\S*|gcp\S*|azure\S*|node-problem-detector|events?|worker-?\d+|node-?\d*|ip-[\d-]+)$/i;

const bare = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
const trunk = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[_.\s]/g, '-')
    .replace(/-(?:service|svc|srv|server|app|deployment)$/, '');

export function namesOf(incident: FrozenIncident): Names {
  // Where services are declared, what else only writes logs is machinery as well.
  const declared = new Set(incident.services.map(trunk));
  const seen = new Set(
    [...incident.spans, ...incident.series, ...incident.deploys, ...incident.alerts].flatMap((one) =>
      one.service === null ? [] : [trunk(one.service)],
    ),
  );
  const onlyLogged = (name: string): boolean => !declared.has(trunk(name)) && !seen.has(trunk(name));
  // What writes of machines is where a service runs, and no service unless it is declared.
  const spelled = new Set(incident.services);
  const machine = (name: string): boolean => MACHINERY.test(name) && !spelled.has(name);
  const told = [
    ...incident.services,
    ...incident.deploys.flatMap((one) => one.service ?? []),
    ...incident.spans.map((one) => one.service),
    ...incident.alerts.flatMap((one) => one.service ?? []),
    ...incident.series.flatMap((one) => one.service ?? []),
    // Text before a colon is not always a name; a declared one is found whatever it looks like.
    ...[...incident.logs, ...incident.patterns].flatMap((one) =>
      one.service !== null && /^[a-z][a-z0-9._-]*$/.test(one.service) ? one.service : [],
    ),
  ].filter((name) => !machine(name));
  const byTrunk = new Map<string, string>();
  for (const name of told) if (!byTrunk.has(trunk(name))) byTrunk.set(trunk(name), name);
  const all = [...byTrunk.values()];
  const canonical = (name: string): string => byTrunk.get(trunk(name)) ?? name;
  const patterns = all.map((name) => {
    const parts = trunk(name)
      .split('-')
      .map((part) => part.replaceAll(/[^a-z0-9]/g, ''));
    return {
      name,
      pattern: new RegExp(
        `(?<![a-z0-9-])${parts.join('[-_. ]?')}(?:[-_](?:service|svc|server))?(?![a-z0-9]|-[a-z])`,
        'i',
      ),
    };
  });
  // The longest name wins where one is part of another: `orders-db` is not `orders`.
  const parts = all
    .map((name) => ({ name, key: bare(trunk(name)) }))
    .sort((a, b) => b.key.length - a.key.length);
  return {
    all,
    canonical,
    isService: (name) => byTrunk.has(trunk(name)) && !(declared.size > 1 && onlyLogged(name)),
    mentioned: (text) => patterns.filter(({ pattern }) => pattern.test(text)).map(({ name }) => name),
    within: (name) => {
      const segments = name.split(/[/\\:.@ ]+/).filter(Boolean);
      for (const segment of segments) {
        const exact = byTrunk.get(trunk(segment));
        if (exact) return exact;
      }
      const text = bare(segments.slice(0, 6).join('/'));
      return (
        parts.find(({ key }) => key.length > 2 && segments.some((one) => bare(one).startsWith(key)))?.name ??
        parts.find(({ key }) => key.length > 4 && text.includes(key))?.name ??
        null
      );
    },
  };
}
