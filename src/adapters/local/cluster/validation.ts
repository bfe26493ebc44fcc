import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import type { Deployment, DeploymentIn } from './objects.ts';
import { badRequest, DEPLOYMENTS, invalid, type Cause } from './status.ts';

/** Parses a body with a schema of objects.ts; a wrong type is a 400, as when the API server cannot decode. */
export function decode<T>(schema: z.ZodType<T>, kind: string, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue?.path.join('.') ?? '';
  throw badRequest(
    `${kind} in version "v1" cannot be handled as a ${kind}: ${where}: ${issue?.message ?? ''}`,
  );
}

/** Throws a 422 that names every broken field of a deployment; `before` is given when it already exists. */
export function validateDeployment(deployment: DeploymentIn, before?: Deployment): void {
  const { metadata, spec } = deployment;
  const causes: Cause[] = [];
  if (metadata.name === '') causes.push(required('metadata.name', 'name or generateName is required'));
  else if (!/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(metadata.name) || metadata.name.length > 63) {
    causes.push(wrong('metadata.name', metadata.name, 'a lowercase RFC 1123 subdomain is needed'));
  }
  if (before !== undefined && metadata.uid !== undefined && metadata.uid !== before.metadata.uid) {
    causes.push(wrong('metadata.uid', metadata.uid, 'field is immutable'));
  }
  if (spec.replicas < 0)
    causes.push(wrong('spec.replicas', spec.replicas, 'must be greater than or equal to 0'));
  causes.push(...selectorCauses(deployment, before), ...containerCauses(deployment));
  if (spec.strategy.type !== 'RollingUpdate' && spec.strategy.type !== 'Recreate') {
    causes.push({
      reason: 'FieldValueNotSupported',
      message: `Unsupported value: "${spec.strategy.type}": supported values: "Recreate", "RollingUpdate"`,
      field: 'spec.strategy',
    });
  }
  if (spec.strategy.type === 'RollingUpdate') causes.push(...rollingCauses(spec.strategy.rollingUpdate));
  if (causes.length > 0) throw invalid(DEPLOYMENTS, metadata.name, causes);
}

function selectorCauses({ spec }: DeploymentIn, before: Deployment | undefined): Cause[] {
  const selector = spec.selector.matchLabels ?? {};
  if (Object.keys(selector).length === 0) return [required('spec.selector', '')];
  if (before !== undefined && !isDeepStrictEqual(selector, before.spec.selector.matchLabels)) {
    return [wrong('spec.selector', spec.selector, 'field is immutable')];
  }
  const labels = spec.template.metadata.labels ?? {};
  const matches = Object.entries(selector).every(([key, value]) => labels[key] === value);
  if (matches) return [];
  return [wrong('spec.template.metadata.labels', labels, '`selector` does not match template `labels`')];
}

function containerCauses({ spec }: DeploymentIn): Cause[] {
  const at = 'spec.template.spec.containers';
  const { containers } = spec.template.spec;
  if (containers.length === 0) return [required(at, '')];
  const causes: Cause[] = [];
  containers.forEach((container, index) => {
    const field = `${at}[${index}]`;
    if (container.name === '') causes.push(required(`${field}.name`, ''));
    if (container.image === '') causes.push(required(`${field}.image`, ''));
  });
  // A limit of this cluster, not of Kubernetes: a pod is one process with one port.
  if (containers.length > 1) {
    causes.push({
      reason: 'FieldValueTooMany',
      message:
        'Too many: the local cluster runs one container per pod; drop the others or use a real cluster',
      field: at,
    });
  }
  return causes;
}

function rollingCauses(
  rolling: { maxSurge: string | number; maxUnavailable: string | number } | undefined,
): Cause[] {
  if (rolling === undefined) return [];
  const causes: Cause[] = [];
  for (const name of ['maxSurge', 'maxUnavailable'] as const) {
    const value = rolling[name];
    const ok = typeof value === 'number' ? value >= 0 : /^\d+%$/.test(value);
    if (!ok)
      causes.push(
        wrong(`spec.strategy.rollingUpdate.${name}`, value, 'must be a count or a percentage (e.g. 25%)'),
      );
  }
  if (
    Number.parseInt(String(rolling.maxSurge)) === 0 &&
    Number.parseInt(String(rolling.maxUnavailable)) === 0
  ) {
    const field = 'spec.strategy.rollingUpdate.maxUnavailable';
    causes.push(wrong(field, rolling.maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
  }
  return causes;
}

function required(field: string, hint: string): Cause {
  return {
    reason: 'FieldValueRequired',
    message: hint === '' ? 'Required value' : `Required value: ${hint}`,
    field,
  };
}

function wrong(field: string, value: unknown, why: string): Cause {
  return { reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(value)}: ${why}`, field };
}
