import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { newNodes, type Node } from './node-object.ts';
import { timestamp, type Deployment, type ObjectMeta, type Pod, type ReplicaSet } from './objects.ts';

/** The stable loopback port of a deployment's service. */
export type ServiceAddress = { namespace: string; name: string; port: number };

type Saved = {
  format: 1;
  token: string;
  resourceVersion: number;
  deployments: Deployment[];
  replicaSets: ReplicaSet[];
  services: ServiceAddress[];
  /** Absent in files of before there were nodes. */
  nodes?: Node[];
};

/**
 * What the cluster knows. Deployments, replica sets, service ports and nodes are kept in one file; pods are not, for
 * their processes end with the cluster and are started anew.
 */
export type State = {
  readonly token: string;
  readonly deployments: Map<string, Deployment>;
  readonly replicaSets: Map<string, ReplicaSet>;
  readonly services: Map<string, ServiceAddress>;
  readonly pods: Map<string, Pod>;
  /** By name; nodes have no namespace. */
  readonly nodes: Map<string, Node>;
  /** The newest resourceVersion given out, as lists report it. */
  version(): string;
  /** Marks an object as changed: it gets the next resourceVersion. */
  touch(object: { metadata: Pick<ObjectMeta, 'resourceVersion'> }): void;
  /** Writes the file, atomically: a reader or a crash sees the old content or the new, never half. */
  save(): void;
};

/** The key of an object within its map. */
export function key(object: { namespace: string; name: string }): string {
  return `${object.namespace}/${object.name}`;
}

/** Opens the state in `home` (made when missing); throws when the file there is not one of ours. */
export function openState(home: string, now: Date): State {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const file = join(home, 'cluster.json');
  const saved = read(file);
  // Changes of status are not written one by one, so the counter may have been ahead of the file when the
  // process died. A version must never name two contents: leap over all that may have been given out.
  let version = saved.resourceVersion + 10_000;
  const state: State = {
    token: saved.token,
    deployments: new Map(saved.deployments.map((d) => [key(d.metadata), d])),
    replicaSets: new Map(saved.replicaSets.map((r) => [key(r.metadata), r])),
    services: new Map(saved.services.map((s) => [key(s), s])),
    pods: new Map(),
    nodes: new Map((saved.nodes ?? newNodes(now)).map((node) => [node.metadata.name, node])),
    version: () => String(version),
    touch(object) {
      version += 1;
      object.metadata.resourceVersion = String(version);
    },
    save() {
      const content: Saved = {
        format: 1,
        token: saved.token,
        resourceVersion: version,
        deployments: [...state.deployments.values()],
        replicaSets: [...state.replicaSets.values()],
        services: [...state.services.values()],
        nodes: [...state.nodes.values()],
      };
      const temporary = `${file}.${process.pid}.tmp`;
      writeFileSync(temporary, JSON.stringify(content), { mode: 0o600 });
      renameSync(temporary, file);
    },
  };
  return state;
}

function read(file: string): Saved {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return {
      format: 1,
      token: randomUUID().replaceAll('-', ''),
      resourceVersion: 0,
      deployments: [],
      replicaSets: [],
      services: [],
    };
  }
  const saved = JSON.parse(content) as Partial<Saved>;
  if (saved.format !== 1) {
    throw new Error(
      `${file} was not written by this version of the local cluster; move it away to start afresh`,
    );
  }
  return saved as Saved;
}

/** Metadata for a new object. */
export function newMeta(name: string, namespace: string, now: Date): ObjectMeta {
  return { name, namespace, uid: randomUUID(), resourceVersion: '', creationTimestamp: timestamp(now) };
}
