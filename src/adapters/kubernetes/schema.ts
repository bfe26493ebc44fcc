import { z } from 'zod';

/** The fields of Kubernetes objects that Sitrep uses; everything else is dropped at the door. */

// The scale subresource of real servers writes absent labels as null.
const text = z
  .record(z.string(), z.string())
  .nullish()
  .transform((labels) => labels ?? {});

const metadata = z.object({
  name: z.string(),
  namespace: z.string().default(''),
  uid: z.string().default(''),
  resourceVersion: z.string().default(''),
  generation: z.number().default(0),
  creationTimestamp: z.coerce.date().optional(),
  labels: text,
  annotations: text,
});

const condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().default(''),
  message: z.string().default(''),
  lastUpdateTime: z.coerce.date().optional(),
});

const container = z.object({ name: z.string(), image: z.string().default('') });

/**
 * A pod template: what Sitrep reads of it, and `raw`, the whole of it, ready to be written to a deployment. The
 * label that the deployment controller adds to each replica set is taken out, as `kubectl rollout undo` does.
 */
const template = z
  .looseObject({
    metadata: z.looseObject({ labels: text, annotations: text }).prefault({}),
    spec: z.looseObject({ containers: z.array(z.looseObject(container.shape)) }),
  })
  .transform((raw) => ({
    labels: raw.metadata.labels,
    annotations: raw.metadata.annotations,
    containers: raw.spec.containers.map(({ name, image }) => ({ name, image })),
    raw: { ...raw, metadata: { ...raw.metadata, labels: withoutHash(raw.metadata.labels) } },
  }));

function withoutHash(labels: Record<string, string>): Record<string, string> {
  const { 'pod-template-hash': _hash, ...rest } = labels;
  return rest;
}

export const deploymentSchema = z.object({
  metadata,
  spec: z.object({
    replicas: z.number().default(1),
    selector: z.object({ matchLabels: text }),
    paused: z.boolean().default(false),
    template,
  }),
  status: z
    .object({
      observedGeneration: z.number().default(0),
      replicas: z.number().default(0),
      updatedReplicas: z.number().default(0),
      readyReplicas: z.number().default(0),
      availableReplicas: z.number().default(0),
      conditions: z.array(condition).default([]),
    })
    .prefault({}),
});
export type Deployment = z.infer<typeof deploymentSchema>;

const owners = z.array(z.object({ kind: z.string(), name: z.string(), uid: z.string() })).default([]);

export const replicaSetSchema = z.object({
  metadata: metadata.extend({ ownerReferences: owners }),
  spec: z.object({ replicas: z.number().default(1), template }),
  status: z.object({ replicas: z.number().default(0), readyReplicas: z.number().default(0) }).prefault({}),
});
export type ReplicaSet = z.infer<typeof replicaSetSchema>;

export const scaleSchema = z.object({
  metadata,
  spec: z.object({ replicas: z.number().default(0) }).prefault({}),
  status: z.object({ replicas: z.number().default(0) }).prefault({}),
});
export type Scale = z.infer<typeof scaleSchema>;

const containerState = z
  .object({
    waiting: z.object({ reason: z.string().default(''), message: z.string().default('') }).optional(),
    terminated: z.object({ exitCode: z.number(), reason: z.string().default('') }).optional(),
  })
  .default({});

export const podSchema = z.object({
  metadata: metadata.extend({ deletionTimestamp: z.string().optional(), ownerReferences: owners }),
  spec: z.object({ containers: z.array(container).default([]) }).prefault({}),
  status: z
    .object({
      phase: z.string().default(''),
      podIP: z.string().default(''),
      startTime: z.coerce.date().optional(),
      conditions: z.array(condition).default([]),
      containerStatuses: z
        .array(
          z.object({
            name: z.string(),
            ready: z.boolean().default(false),
            restartCount: z.number().default(0),
            state: containerState,
            lastState: containerState,
          }),
        )
        .default([]),
    })
    .prefault({}),
});
export type Pod = z.infer<typeof podSchema>;

export const nodeSchema = z.object({
  metadata,
  spec: z.object({ unschedulable: z.boolean().default(false) }).prefault({}),
  status: z.object({ conditions: z.array(condition).default([]) }).prefault({}),
});
export type Node = z.infer<typeof nodeSchema>;

export const eventSchema = z.object({
  metadata,
  involvedObject: z.object({ kind: z.string().default(''), name: z.string().default('') }),
  type: z.string().default(''),
  reason: z.string().default(''),
  message: z.string().default(''),
  // A null count or time is how an event written by the newer events API looks in the old one.
  count: z
    .number()
    .nullish()
    .transform((count) => count ?? 1),
  lastTimestamp: z.coerce.date().nullish(),
});
export type Event = z.infer<typeof eventSchema>;

/** A list of objects of one kind. */
export function listOf<T extends z.ZodType>(item: T) {
  return z.object({
    items: z
      .array(item)
      .nullable()
      .transform((items) => items ?? []),
  });
}
