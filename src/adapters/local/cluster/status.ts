/**
 * The errors of the Kubernetes API: a `Status` object with a code, a reason for machines and a message for
 * people. Wording and details follow the real API server, because tools match on them.
 */

export type Cause = { reason: string; message: string; field: string };

export type Resource = { plural: string; kind: string; group: string };

export const DEPLOYMENTS: Resource = { plural: 'deployments', kind: 'Deployment', group: 'apps' };
export const REPLICA_SETS: Resource = { plural: 'replicasets', kind: 'ReplicaSet', group: 'apps' };
export const NODES: Resource = { plural: 'nodes', kind: 'Node', group: '' };
export const PODS: Resource = { plural: 'pods', kind: 'Pod', group: '' };

type Details = { name?: string; group?: string; kind?: string; causes?: Cause[] };

/** One failed request; the server writes it as the `Status` body with this HTTP code. */
export class ApiError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: Details;

  constructor(code: number, reason: string, message: string, details: Details = {}) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  body(): Record<string, unknown> {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      ...(this.reason === '' ? {} : { reason: this.reason }),
      ...(Object.keys(this.details).length === 0 ? {} : { details: this.details }),
      code: this.code,
    };
  }
}

function qualified(resource: Resource): string {
  return resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`;
}

function detailsOf(resource: Resource, name: string): Details {
  return { name, ...(resource.group === '' ? {} : { group: resource.group }), kind: resource.plural };
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message);
}

export function notFound(resource: Resource, name: string): ApiError {
  return new ApiError(
    404,
    'NotFound',
    `${qualified(resource)} "${name}" not found`,
    detailsOf(resource, name),
  );
}

export function forbidden(resource: Resource, name: string, why: string): ApiError {
  return new ApiError(
    403,
    'Forbidden',
    `${qualified(resource)} "${name}" is forbidden: ${why}`,
    detailsOf(resource, name),
  );
}

export function noSuchRoute(): ApiError {
  return new ApiError(404, 'NotFound', 'the server could not find the requested resource');
}

export function alreadyExists(resource: Resource, name: string): ApiError {
  return new ApiError(
    409,
    'AlreadyExists',
    `${qualified(resource)} "${name}" already exists`,
    detailsOf(resource, name),
  );
}

export function conflict(resource: Resource, name: string, why: string = STALE): ApiError {
  return new ApiError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${why}`,
    detailsOf(resource, name),
  );
}

const STALE = 'the object has been modified; please apply your changes to the latest version and try again';

export function invalid(resource: Resource, name: string, causes: Cause[]): ApiError {
  const lines = causes.map((c) => `${c.field}: ${c.message}`);
  const what = lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`;
  const kind = resource.group === '' ? resource.kind : `${resource.kind}.${resource.group}`;
  return new ApiError(422, 'Invalid', `${kind} "${name}" is invalid: ${what}`, {
    name,
    ...(resource.group === '' ? {} : { group: resource.group }),
    kind: resource.kind,
    causes,
  });
}

/** A JSON Patch that cannot be applied, a failed `test` operation included; the real API answers 422, not 409. */
export function patchFailed(why: string): ApiError {
  return new ApiError(
    422,
    'Invalid',
    `the server rejected our request due to an error in our request: ${why}`,
    {},
  );
}

export function methodNotAllowed(): ApiError {
  return new ApiError(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
  );
}

export function unsupportedPatchType(): ApiError {
  return new ApiError(
    415,
    'UnsupportedMediaType',
    '415: Unsupported Media Type: send application/json-patch+json, application/merge-patch+json or application/strategic-merge-patch+json',
  );
}
