import type { Cluster, JsonPatch, NodeState } from '../../src/act/world/cluster.ts';
import type { CodeHost, PullRequest } from '../../src/act/world/code-host.ts';
import type { Flags, FlagState } from '../../src/act/world/flags.ts';
import type { Issue, Issues } from '../../src/act/world/issues.ts';
import type { World } from '../../src/act/world.ts';
import { brokerOf, toolServerOf } from './configured-writes.ts';
import type { Ledger } from './ledger.ts';
import { flyOf } from './fly-machines.ts';
import { workflowsOf } from './workflow-runs.ts';

/** A world in memory with something for every tool of the catalogue to act on; writes have effect, and all are in the ledger. */
export function wholeWorld(cluster: Cluster, ledger: Ledger): World {
  return {
    cluster: clusterWithNodes(cluster, ledger),
    codeHost: codeHostOf(ledger),
    fly: flyOf(ledger),
    workflows: workflowsOf(ledger),
    issues: issuesOf(ledger),
    flags: flagsOf(ledger),
    http: brokerOf(ledger),
    mcp: toolServerOf(ledger),
  };
}

/** The same, until it is renewed. The cluster is renewed by whoever gave it. */
export function renewableWorld(cluster: Cluster, ledger: Ledger): { world: World; renew: () => void } {
  let now = wholeWorld(cluster, ledger);
  const world = Object.defineProperties(
    {},
    Object.fromEntries(
      (Object.keys(now) as (keyof World)[]).map((part) => [part, { enumerable: true, get: () => now[part] }]),
    ),
  ) as World;
  return { world, renew: () => (now = wholeWorld(cluster, ledger)) };
}

/** What the cluster of the tests lacks: nodes, and rollouts that can be paused. */
function clusterWithNodes(cluster: Cluster, ledger: Ledger): Cluster {
  let node: NodeState = {
    uid: 'node-1',
    resourceVersion: '1',
    unschedulable: false,
    ready: true,
    mark: null,
  };
  const paused = { now: false, changes: 0 };
  const change = (patch: JsonPatch) => patch.find(({ path }) => path === '/spec/paused');
  return {
    ...cluster,
    async deployment(namespace, name) {
      const found = await cluster.deployment(namespace, name);
      return found && { ...found, paused: paused.now, generation: found.generation + paused.changes };
    },
    tryPatch: async () => true,
    async patch(namespace, name, patch, options) {
      const pausing = change(patch);
      if (!options.dryRun) ledger(`deployment ${namespace}/${name}`, JSON.stringify(patch));
      if (!pausing) return cluster.patch(namespace, name, patch, options);
      if (!options.dryRun) {
        paused.now = pausing.op !== 'remove';
        paused.changes += 1;
      }
      const found = await this.deployment(namespace, name);
      if (!found) throw new Error(`There is no deployment ${name}.`);
      return found;
    },
    node: async (name) => (name === 'node-a' ? node : null),
    podsOn: async () => [{ namespace: 'shop', name: 'pricing-1', deployment: 'pricing' }],
    trySchedulable: async () => true,
    async setSchedulable(name, { unschedulable, mark }, options) {
      if (options.dryRun) return node;
      ledger(`node ${name}`, String(unschedulable));
      node = { ...node, unschedulable, mark, resourceVersion: `${node.resourceVersion}1` };
      return node;
    },
  };
}

function codeHostOf(ledger: Ledger): CodeHost {
  const pullRequests = new Map<number, PullRequest>([
    [1, { number: 1, url: 'https://github.example/1', state: 'open' }],
  ]);
  const reverts = new Map<string, PullRequest>();
  return {
    previewRevert: async () => ({ base: 'main', files: ['a.js'], subject: 'a change' }),
    async openRevert(repo, sha, text) {
      ledger(repo, `open ${sha} ${JSON.stringify(text)}`);
      const number = pullRequests.size + 1;
      const made: PullRequest = { number, url: `https://github.example/${number}`, state: 'open' };
      pullRequests.set(number, made);
      reverts.set(sha, made);
      return made;
    },
    findRevert: async (_, sha) => reverts.get(sha) ?? null,
    pullRequest: async (_, number) => pullRequests.get(number) ?? null,
    async closePullRequest(repo, number) {
      ledger(repo, `close pull request ${number}`);
      const found = pullRequests.get(number);
      if (found) pullRequests.set(number, { ...found, state: 'closed' });
    },
  };
}

function issuesOf(ledger: Ledger): Issues {
  const issues: (Issue & { body: string })[] = [];
  const add = (title: string, body: string): void => {
    const number = issues.length + 1;
    const url = `https://github.example/issues/${number}`;
    issues.push({ number, url, title, body, state: 'open', updatedAt: `2026-03-04T03:00:0${number}Z` });
  };
  add('The cache is unbounded', '');
  return {
    issue: async (_, number) => issues.find((one) => one.number === number) ?? null,
    marked: async (_, mark) => issues.findLast(({ body }) => body.endsWith(mark)) ?? null,
    openTitled: async (_, title) => issues.find((one) => one.title === title && one.state === 'open') ?? null,
    async open(repo, { title, body }) {
      ledger(repo, `open issue ${title} ${body}`);
      add(title, body);
    },
    async close(repo, number) {
      ledger(repo, `close issue ${number}`);
      const found = issues.find((one) => one.number === number);
      if (found) Object.assign(found, { state: 'closed', updatedAt: '2026-03-04T04:00:00Z' });
    },
  };
}

function flagsOf(ledger: Ledger): Flags {
  const flags = new Map<string, FlagState>(
    ['coupons', 'banner'].map((name) => [
      name,
      { source: 'shop', environment: null, enabled: name === 'coupons', version: '1' },
    ]),
  );
  return {
    find: async ({ flag }) => [...(flags.has(flag) ? [flags.get(flag) as FlagState] : [])],
    async set(flag, { version }, enabled) {
      ledger(`flag ${flag}`, String(enabled));
      const found = flags.get(flag);
      if (found) flags.set(flag, { ...found, enabled, version: `${version}1` });
    },
  };
}
