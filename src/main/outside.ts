import type { ReadWorld, World } from '../act/world.ts';
import { codeHostOver, codeReader } from '../adapters/github/code-host.ts';
import { githubClient } from '../adapters/github/client.ts';
import { kubernetesClient } from '../adapters/kubernetes/client.ts';
import { clusterOver, clusterReader, rolloutsOf } from '../adapters/kubernetes/cluster.ts';
import type { WorldAddresses } from '../adapters/local/world/options.ts';
import type { Store } from '../adapters/postgres/store/store.ts';
import { prometheusClient } from '../adapters/prometheus/client.ts';
import { signalReader } from '../adapters/prometheus/signals.ts';
import type { Config } from '../config.ts';
import type { RunbookSearch } from '../enrich/enrich.ts';
import type { Role } from './role.ts';

/** The adapters to the outside; what is configured wins over the demo's stand-ins. */
export function connect(
  config: Pick<Config, 'team' | 'kubernetes' | 'github' | 'prometheus'>,
  addresses: WorldAddresses | null,
  role: Role,
) {
  const demo = config.team === null ? (addresses?.shop ?? null) : null;
  const kubernetes = config.kubernetes ?? (demo && { ...demo.kubernetes, writeToken: null });
  const given = config.github ?? (demo && { ...demo.github, writeToken: null, repos: [demo.github.repo] });
  const github = given && { ...given, apiUrl: given.apiUrl ?? 'https://api.github.com' };
  const prometheusUrl = config.prometheus?.url ?? demo?.prometheusUrl ?? null;

  const cluster = kubernetes && clusterClient(kubernetes.url, kubernetes.token);
  const clusterToken = writeToken(role, kubernetes);
  const writableCluster = kubernetes && clusterToken ? clusterClient(kubernetes.url, clusterToken) : null;
  const host = github && codeReader(codeClient(github, github.token), github.repos);
  const hostToken = writeToken(role, github);
  const writableHost = github && hostToken ? codeHostOver(codeClient(github, hostToken), github.repos) : null;
  const metrics = prometheusUrl ? prometheusClient({ url: prometheusUrl, timeoutMs: 5000 }) : null;
  const signals = metrics && signalReader(metrics);

  const world: ReadWorld = { cluster: cluster && clusterReader(cluster, writableCluster), codeHost: host };
  const writable: World = {
    cluster: writableCluster && clusterOver(writableCluster),
    codeHost: writableHost,
  };
  return {
    /** Where changes are read from: GitHub, and the repositories that it may be asked for. */
    github: github && { token: github.token, apiUrl: github.apiUrl, repos: github.repos },
    world,
    /** Null where this process carries out nothing. */
    writable: role === 'all' || role === 'executor' ? writable : null,
    sources: {
      commits: host,
      rollouts: cluster && {
        rollouts: (service: Parameters<typeof rolloutsOf>[1]) => rolloutsOf(cluster, service),
      },
      signals,
    },
    lookups: (runbooks: RunbookSearch, store: Store) => ({
      runbooks,
      signals,
      code: host,
      journal: store.journal,
    }),
  };
}

/** The token that this process writes with; one process that does everything makes do with the reading one. */
function writeToken(role: Role, access: { token: string; writeToken: string | null } | null): string | null {
  if (role === 'executor') return access?.writeToken ?? null;
  return role === 'all' ? (access?.writeToken ?? access?.token ?? null) : null;
}

function clusterClient(url: string, token: string) {
  return kubernetesClient({ url, token, timeoutMs: 10_000 });
}

function codeClient({ apiUrl }: { apiUrl: string }, token: string) {
  return githubClient({ token, apiUrl, userAgent: 'sitrep' });
}
