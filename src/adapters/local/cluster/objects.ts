import { z } from 'zod';

/**
 * The shapes of the Kubernetes objects that the local cluster keeps. Objects are loose: what the cluster does
 * not act upon (volumes, resources, affinity …) is kept and given back as it came, as a real API server would.
 */

const text = z.record(z.string(), z.string());
const intOrPercent = z.union([z.number().int(), z.string()]);

export const httpProbeSchema = z.looseObject({
  httpGet: z
    .looseObject({ path: z.string().optional(), port: z.union([z.number(), z.string()]).optional() })
    .optional(),
  initialDelaySeconds: z.number().int().optional(),
  periodSeconds: z.number().int().optional(),
  timeoutSeconds: z.number().int().optional(),
  successThreshold: z.number().int().optional(),
  failureThreshold: z.number().int().optional(),
});
export type HttpProbe = z.infer<typeof httpProbeSchema>;

const containerSchema = z.looseObject({
  name: z.string().default(''),
  image: z.string().default(''),
  env: z.array(z.looseObject({ name: z.string(), value: z.string().optional() })).optional(),
  ports: z.array(z.looseObject({ containerPort: z.number().int(), name: z.string().optional() })).optional(),
  readinessProbe: httpProbeSchema.optional(),
});
export type Container = z.infer<typeof containerSchema>;

const podSpecSchema = z.looseObject({
  nodeName: z.string().optional(),
  containers: z.array(containerSchema).default([]),
  terminationGracePeriodSeconds: z.number().int().default(30),
  restartPolicy: z.string().default('Always'),
});
export type PodSpec = z.infer<typeof podSpecSchema>;

const podTemplateSchema = z.looseObject({
  metadata: z.looseObject({ labels: text.optional(), annotations: text.optional() }).default({}),
  spec: podSpecSchema.prefault({}),
});
export type PodTemplate = z.infer<typeof podTemplateSchema>;

const deploymentSpecSchema = z.looseObject({
  replicas: z.number().int().default(1),
  selector: z.looseObject({ matchLabels: text.optional() }).default({}),
  template: podTemplateSchema.prefault({}),
  strategy: z
    .looseObject({
      type: z.string().default('RollingUpdate'),
      rollingUpdate: z
        .looseObject({ maxSurge: intOrPercent.default('25%'), maxUnavailable: intOrPercent.default('25%') })
        .optional(),
    })
    .transform((strategy) =>
      strategy.type === 'RollingUpdate'
        ? { ...strategy, rollingUpdate: strategy.rollingUpdate ?? { maxSurge: '25%', maxUnavailable: '25%' } }
        : strategy,
    )
    .prefault({}),
  minReadySeconds: z.number().int().optional(),
  revisionHistoryLimit: z.number().int().default(10),
  progressDeadlineSeconds: z.number().int().default(600),
  paused: z.boolean().optional(),
});

export const metaInSchema = z.looseObject({
  name: z.string().default(''),
  namespace: z.string().optional(),
  uid: z.string().optional(),
  resourceVersion: z.string().optional(),
  generation: z.number().int().optional(),
  creationTimestamp: z.string().nullish(),
  labels: text.optional(),
  annotations: text.optional(),
});

/** A deployment as a client sends it: the server's own fields may be missing, defaults are filled in. */
export const deploymentInSchema = z.looseObject({
  apiVersion: z.literal('apps/v1').default('apps/v1'),
  kind: z.literal('Deployment').default('Deployment'),
  metadata: metaInSchema.prefault({}),
  spec: deploymentSpecSchema.prefault({}),
});
export type DeploymentIn = z.infer<typeof deploymentInSchema>;

/** A scale as a client sends it. */
export const scaleInSchema = z.looseObject({
  metadata: metaInSchema.prefault({}),
  spec: z.looseObject({ replicas: z.number().int().default(0) }).prefault({}),
});

export type OwnerReference = {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller: true;
  blockOwnerDeletion: true;
};

export type ObjectMeta = {
  name: string;
  namespace: string;
  uid: string;
  resourceVersion: string;
  generation?: number;
  /** RFC 3339 to the second, as Kubernetes writes it. */
  creationTimestamp: string;
  labels?: Record<string, string> | undefined;
  annotations?: Record<string, string> | undefined;
  ownerReferences?: OwnerReference[];
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
};

export type Condition = {
  type: string;
  status: 'True' | 'False';
  reason?: string;
  message?: string;
  lastUpdateTime?: string;
  lastTransitionTime: string;
};

export type DeploymentStatus = {
  observedGeneration?: number;
  replicas?: number;
  updatedReplicas?: number;
  readyReplicas?: number;
  availableReplicas?: number;
  unavailableReplicas?: number;
  conditions?: Condition[];
};

export type Deployment = {
  apiVersion: 'apps/v1';
  kind: 'Deployment';
  metadata: ObjectMeta;
  spec: z.infer<typeof deploymentSpecSchema>;
  status: DeploymentStatus;
};

export type ReplicaSet = {
  apiVersion: 'apps/v1';
  kind: 'ReplicaSet';
  metadata: ObjectMeta;
  spec: { replicas: number; selector: { matchLabels: Record<string, string> }; template: PodTemplate };
  status: {
    replicas: number;
    readyReplicas?: number;
    availableReplicas?: number;
    observedGeneration?: number;
  };
};

export type ContainerState =
  | { waiting: { reason: string; message?: string } }
  | { running: { startedAt: string } }
  | {
      terminated: {
        exitCode: number;
        signal?: string;
        reason: string;
        startedAt: string;
        finishedAt: string;
      };
    };

export type Pod = {
  apiVersion: 'v1';
  kind: 'Pod';
  metadata: ObjectMeta;
  spec: PodSpec;
  status: {
    phase: 'Pending' | 'Running';
    podIP: string;
    hostIP: string;
    startTime: string;
    conditions: Condition[];
    containerStatuses: {
      name: string;
      image: string;
      ready: boolean;
      restartCount: number;
      state: ContainerState;
      lastState: ContainerState | Record<string, never>;
    }[];
  };
};

/** The annotation that says at which loopback port a pod listens; a scraper finds every pod by it. */
export const PORT_ANNOTATION = 'sitrep.local/port';
export const REVISION_ANNOTATION = 'deployment.kubernetes.io/revision';
export const REVISION_HISTORY_ANNOTATION = 'deployment.kubernetes.io/revision-history';
export const HASH_LABEL = 'pod-template-hash';

/** Writes a time as Kubernetes does: RFC 3339 in UTC, to the second. */
export function timestamp(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}

/** True when the pod counts as ready: it is not being deleted and its Ready condition holds. */
export function isReady(pod: Pod): boolean {
  if (pod.metadata.deletionTimestamp !== undefined) return false;
  return pod.status.conditions.some((c) => c.type === 'Ready' && c.status === 'True');
}
