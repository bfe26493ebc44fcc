import type { Action } from './action.ts';
import type { Service, ServiceCatalogue } from './service.ts';

/**
 * The declared services that an action's target belongs to; null where a target of its kind belongs to none, such as a
 * node, a flag or a request.
 */
export function targetServices(catalogue: ServiceCatalogue, { arguments: args }: Action): string[] | null {
  const wanted = targetOf(args);
  if (!wanted) return null;
  const isIt = (service: Service) => wanted.declared(service) === wanted.target;
  return [...catalogue.values()].filter(isIt).map(({ name }) => name);
}

/** Whether a service declares a target of the action's kind, so that it can be about no other one. */
export function declaresTarget(service: Service, { arguments: args }: Action): boolean {
  return targetOf(args)?.declared(service) !== undefined;
}

/** What sitrep.yaml declares of the kind of an action's target, and how that kind is called; null where it declares no such kind. */
export function declaredTargets(
  catalogue: ServiceCatalogue,
  { arguments: args }: Action,
): { kind: string; typed: string; known: string[] } | null {
  const wanted = targetOf(args);
  if (!wanted) return null;
  const known = [...catalogue.values()].map(wanted.declared).filter((one) => one !== undefined);
  return { kind: wanted.kind, typed: wanted.target, known: [...new Set(known)] };
}

type Wanted = { kind: string; target: string; declared: (service: Service) => string | undefined };

function targetOf(args: Action['arguments']): Wanted | null {
  if ('deployment' in args)
    return {
      kind: 'deployment',
      target: `${args.namespace}/${args.deployment}`,
      declared: ({ kubernetes }) =>
        kubernetes ? `${kubernetes.namespace}/${kubernetes.deployment}` : undefined,
    };
  if ('app' in args) return { kind: 'app', target: args.app, declared: ({ fly }) => fly?.app };
  if ('repo' in args)
    return { kind: 'repository', target: args.repo, declared: ({ github }) => github?.repo };
  return null;
}
