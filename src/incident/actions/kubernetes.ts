import { z } from 'zod';

const kubernetesName = z.string().regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, 'not a Kubernetes name');
const deployment = { namespace: kubernetesName, deployment: kubernetesName };

export const kubernetesActions = {
  'kubernetes.rollback': z.strictObject({ ...deployment, revision: z.int().positive() }),
  'kubernetes.restart': z.strictObject(deployment),
  'kubernetes.scale': z.strictObject({ ...deployment, replicas: z.int().min(0).max(100) }),
} as const;
