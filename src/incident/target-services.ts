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

type Wanted = { target: string; declared: (service: Service) => string | undefined };

function targetOf(args: Action['arguments']): Wanted | null {
  if ('deployment' in args)
    return {
      target: `${args.namespace}/${args.deployment}`,
      declared: ({ kubernetes }) =>
        kubernetes ? `${kubernetes.namespace}/${kubernetes.deployment}` : undefined,
    };
  if ('app' in args) return { target: args.app, declared: ({ fly }) => fly?.app };
  if ('repo' in args) return { target: args.repo, declared: ({ github }) => github?.repo };
  return null;
}
