import { forbidden } from './status.ts';

/** Who the API server acts as for one request, as the `Impersonate-*` headers say. */
export type Impersonated = { user: string; groups: string[] };

/** Whether a user may write; stands for the roles that a real cluster would look up. */
export type MayWrite = (who: Impersonated) => boolean;

const VERBS: Readonly<Record<string, string>> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** Throws a 403 where the request writes in somebody's name who may not. */
export function authorize(method: string, path: string, who: Impersonated | null, mayWrite: MayWrite): void {
  const verb = VERBS[method];
  if (who === null || verb === undefined || mayWrite(who)) return;
  const found = /^\/(?:api\/v1|apis\/([^/]+)\/[^/]+)(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?/.exec(
    path,
  );
  const [, group = '', namespace, plural = '', name = ''] = found ?? [];
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  throw forbidden(
    { plural, kind: plural, group },
    name,
    `User "${who.user}" cannot ${verb} resource "${plural}" in API group "${group}" ${where}`,
  );
}
