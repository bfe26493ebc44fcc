import { codeHostOver } from '../adapters/github/code-host.ts';
import { githubClient } from '../adapters/github/client.ts';
import { connect as connectGitHub } from '../adapters/github/connection.ts';
import { githubIssues } from '../adapters/github/issues.ts';
import { githubWorkflows } from '../adapters/github/workflows.ts';
import { kubernetesClient } from '../adapters/kubernetes/client.ts';
import { clusterOver, rolloutsOf } from '../adapters/kubernetes/cluster.ts';
import { podLogs } from '../adapters/kubernetes/logs.ts';
import type { WorldAddresses } from '../adapters/local/world/options.ts';
import type { Store } from '../adapters/postgres/store/store.ts';
import { prometheusClient } from '../adapters/prometheus/client.ts';
import { signalReader } from '../adapters/prometheus/signals.ts';
import type { Config } from '../config.ts';
import type { RunbookSearch } from '../enrich/enrich.ts';
import { configuredFlags } from './flags.ts';
import { configuredRequests } from './outbound.ts';

/** The adapters to the outside; what is configured wins over the demo's stand-ins. */
export function connect(config: Config, addresses: WorldAddresses | null) {
  const demo = config.team === null ? (addresses?.shop ?? null) : null;
  const kubernetes = config.kubernetes ?? demo?.kubernetes ?? null;
  const github = config.github ?? (demo && { ...demo.github, repos: [demo.github.repo] });
  const prometheusUrl = config.prometheus?.url ?? demo?.prometheusUrl ?? null;
  const cluster = kubernetes && kubernetesClient({ ...kubernetes, timeoutMs: 10_000 });
  const host =
    github &&
    codeHostOver(
      githubClient({
        token: github.token,
        apiUrl: github.apiUrl ?? 'https://api.github.com',
        userAgent: 'sitrep',
      }),
      github.repos,
    );
  const octokit =
    github &&
    connectGitHub({
      token: github.token,
      apiUrl: github.apiUrl ?? 'https://api.github.com',
      userAgent: 'sitrep',
    });
  const metrics = prometheusUrl ? prometheusClient({ url: prometheusUrl, timeoutMs: 5000 }) : null;
  const signals = metrics && signalReader(metrics);
  return {
    /** Where changes are read from: GitHub, and the repositories that it may be asked for. */
    github: github && {
      token: github.token,
      apiUrl: github.apiUrl ?? 'https://api.github.com',
      repos: github.repos,
    },
    world: {
      cluster: cluster && clusterOver(cluster),
      codeHost: host,
      workflows:
        octokit && githubWorkflows(octokit, { repos: github.repos, listed: config.team?.workflows ?? [] }),
      issues: octokit && githubIssues(octokit, github.repos),
      flags: configuredFlags(config),
      http: configuredRequests(config),
    },
    sources: {
      commits: host,
      rollouts: cluster && {
        rollouts: (service: Parameters<typeof rolloutsOf>[1]) => rolloutsOf(cluster, service),
      },
      signals,
      series: signals,
      logs: cluster && podLogs(cluster),
    },
    lookups: (runbooks: RunbookSearch, store: Store) => ({
      runbooks,
      signals,
      code: host,
      journal: store.journal,
    }),
  };
}
