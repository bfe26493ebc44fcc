import type { Logger } from 'pino';
import type { ReadWorld, World } from '../act/world.ts';
import { codeHostOver, codeReader } from '../adapters/github/code-host.ts';
import { githubClient } from '../adapters/github/client.ts';
import { connect as connectGitHub } from '../adapters/github/connection.ts';
import { githubIssueReader, githubIssues } from '../adapters/github/issues.ts';
import { githubWorkflowReader, githubWorkflows } from '../adapters/github/workflows.ts';
import { kubernetesClient } from '../adapters/kubernetes/client.ts';
import { clusterOver, clusterReader, rolloutsOf } from '../adapters/kubernetes/cluster.ts';
import { podLogs } from '../adapters/kubernetes/logs.ts';
import type { WorldAddresses } from '../adapters/local/world/options.ts';
import type { Store } from '../adapters/postgres/store/store.ts';
import { prometheusClient } from '../adapters/prometheus/client.ts';
import { signalReader } from '../adapters/prometheus/signals.ts';
import type { Config } from '../config.ts';
import type { RunbookSearch } from '../enrich/enrich.ts';
import { flagsToRead, flagsToSwitch } from './flags.ts';
import { flyToChange, flyToRead } from './fly.ts';
import { connectMcp } from './mcp.ts';
import { requestsToRead, requestsToSend } from './outbound.ts';
import { writeToken, type Role } from './role.ts';

/** The adapters to the outside; what is configured wins over the demo's stand-ins. */
export function connect(config: Config, addresses: WorldAddresses | null, role: Role, log: Logger) {
  const demo = config.team === null ? (addresses?.shop ?? null) : null;
  const kubernetes =
    config.kubernetes ?? (demo && { ...demo.kubernetes, writeToken: null, impersonation: null });
  const given = config.github ?? (demo && { ...demo.github, writeToken: null, repos: [demo.github.repo] });
  const github = given && { ...given, apiUrl: given.apiUrl ?? 'https://api.github.com' };
  const prometheusUrl = config.prometheus?.url ?? demo?.prometheusUrl ?? null;

  const cluster = kubernetes && clusterClient(kubernetes.url, kubernetes.token);
  const clusterToken = writeToken(role, kubernetes);
  const trying = kubernetes && clusterToken ? clusterClient(kubernetes.url, clusterToken) : null;
  const code = github && codeReader(githubClient(access(github, github.token)), github.repos);
  const hostToken = writeToken(role, github);
  const metrics = prometheusUrl ? prometheusClient({ url: prometheusUrl, timeoutMs: 5000 }) : null;
  const signals = metrics && signalReader(metrics);
  const mcp = connectMcp(config, log);

  const world: ReadWorld = {
    cluster: cluster && clusterReader(cluster, trying),
    codeHost: code,
    ...(github ? actionReaders(github, config) : NO_ACTIONS),
    fly: flyToRead(config),
    flags: flagsToRead(config),
    http: requestsToRead(config),
    mcp: mcp.looks,
  };
  const worldUntil = (until: AbortSignal): World => ({
    cluster:
      kubernetes && clusterToken
        ? clusterOver(clusterClient(kubernetes.url, clusterToken, until), kubernetes.impersonation)
        : null,
    codeHost:
      github && hostToken
        ? codeHostOver(githubClient({ ...access(github, hostToken), until }), github.repos)
        : null,
    ...(github && hostToken ? actionsOf(github, hostToken, config, until) : NO_ACTIONS),
    fly: flyToChange(config, role, until),
    flags: flagsToSwitch(config, role, until),
    http: requestsToSend(config, until),
    mcp: mcp.calls(until),
  });
  return {
    mcpBlocked: mcp.blocked,
    /** Where changes are read from: GitHub, and the repositories that it may be asked for. */
    github: github && { token: github.token, apiUrl: github.apiUrl, repos: github.repos },
    world,
    /** Null where this process carries out nothing. */
    writable:
      role === 'all' || role === 'executor'
        ? (forS: number) => worldUntil(AbortSignal.timeout(forS * 1000))
        : null,
    sources: {
      commits: code,
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
      code,
      journal: store.journal,
      mcp: mcp.reads,
    }),
  };
}

const NO_ACTIONS = { workflows: null, issues: null };

function actionReaders(github: { token: string; apiUrl: string; repos: string[] }, { team }: Config) {
  const octokit = connectGitHub(access(github, github.token));
  return {
    workflows: githubWorkflowReader(octokit, { repos: github.repos, listed: team?.workflows ?? [] }),
    issues: githubIssueReader(octokit, github.repos),
  };
}

function actionsOf(
  github: { apiUrl: string; repos: string[] },
  token: string,
  { team }: Config,
  until: AbortSignal,
) {
  const octokit = connectGitHub({ ...access(github, token), until });
  return {
    workflows: githubWorkflows(octokit, { repos: github.repos, listed: team?.workflows ?? [] }),
    issues: githubIssues(octokit, github.repos),
  };
}

function access({ apiUrl }: { apiUrl: string }, token: string) {
  return { token, apiUrl, userAgent: 'sitrep' };
}

function clusterClient(url: string, token: string, until?: AbortSignal) {
  return kubernetesClient({ url, token, timeoutMs: 10_000, until });
}
