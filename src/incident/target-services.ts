import type { Action } from './action.ts';
import type { Service, ServiceCatalogue } from './service.ts';

/**
 * The declared services that an action's target belongs to; null where a target of its kind belongs to none, such as a
 * node, a flag or a request.
 */
export function targetServices(catalogue: ServiceCatalogue, { arguments: args }: Action): string[] | null {
  const declares = isTargetOf(args);
  return declares && [...catalogue.values()].filter(declares).map(({ name }) => name);
}

function isTargetOf(args: Action['arguments']): ((service: Service) => boolean) | null {
  if ('deployment' in args)
    return ({ kubernetes }) =>
      kubernetes?.namespace === args.namespace && kubernetes.deployment === args.deployment;
  if ('app' in args) return ({ fly }) => fly?.app === args.app;
  if ('repo' in args) return ({ github }) => github?.repo === args.repo;
  return null;
}
