import { badRequest } from './status.ts';

/** Merge patch (RFC 7386) and the part of strategic merge patch that deployments need. */

/** Fields whose lists Kubernetes merges element by element, with the key that identifies an element. */
const MERGE_KEYS: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  env: 'name',
  volumes: 'name',
  imagePullSecrets: 'name',
  ports: 'containerPort',
  volumeMounts: 'mountPath',
  conditions: 'type',
  ownerReferences: 'uid',
};

type Json = Record<string, unknown>;

/** RFC 7386: objects merge, null removes, everything else replaces. Returns a new value. */
export function applyMergePatch(target: unknown, patch: unknown): unknown {
  return merge(target, patch, false);
}

/**
 * Kubernetes strategic merge patch: as a merge patch, but the lists above merge by key and the directives
 * `$patch: delete | replace` and `$retainKeys` are obeyed. Other directives are refused with 400, except for
 * `$setElementOrder`, which only asks for an order.
 */
export function applyStrategicMergePatch(target: unknown, patch: unknown): unknown {
  return merge(target, patch, true);
}

function merge(target: unknown, patch: unknown, strategic: boolean): unknown {
  if (!isRecord(patch)) return patch;
  if (strategic && patch['$patch'] === 'replace') return withoutDirectives(patch);
  const result: Json = isRecord(target) ? { ...target } : {};
  const retain = patch['$retainKeys'];
  if (strategic && Array.isArray(retain)) {
    for (const key of Object.keys(result)) if (!retain.includes(key)) delete result[key];
  }
  for (const [key, value] of Object.entries(patch)) {
    if (key === '__proto__') continue;
    if (strategic && key.startsWith('$')) {
      refuseUnknownDirective(key);
      continue;
    }
    if (value === null) delete result[key];
    else result[key] = mergeField(key, result[key], value, strategic);
  }
  return result;
}

function mergeField(key: string, target: unknown, patch: unknown, strategic: boolean): unknown {
  const mergeKey = strategic ? MERGE_KEYS[key] : undefined;
  if (mergeKey !== undefined && Array.isArray(patch)) {
    return mergeList(key, mergeKey, Array.isArray(target) ? target : [], patch);
  }
  if (strategic && isRecord(patch) && patch['$patch'] === 'delete') return undefined;
  return merge(target, patch, strategic);
}

function mergeList(field: string, mergeKey: string, target: unknown[], patch: unknown[]): unknown[] {
  if (patch.some((item) => isRecord(item) && item['$patch'] === 'replace')) {
    return patch.filter((item) => isRecord(item) && item['$patch'] === undefined);
  }
  let result = [...target];
  for (const item of patch) {
    if (!isRecord(item)) throw badRequest(`${field}: a strategic merge patch needs a list of objects here`);
    const id = item[mergeKey];
    if (id === undefined) {
      throw badRequest(`map: ${JSON.stringify(item)} does not contain declared merge key: ${mergeKey}`);
    }
    const same = (other: unknown) => isRecord(other) && other[mergeKey] === id;
    if (item['$patch'] === 'delete') {
      result = result.filter((other) => !same(other));
      continue;
    }
    const at = result.findIndex(same);
    // The API server puts elements that a patch adds in front of the ones that were there.
    if (at === -1) result.unshift(merge({}, item, true));
    else result[at] = merge(result[at], item, true);
  }
  return result;
}

function refuseUnknownDirective(key: string): void {
  if (key === '$patch' || key === '$retainKeys' || key.startsWith('$setElementOrder/')) return;
  throw badRequest(
    `this local cluster does not understand the strategic merge directive ${key}; use a JSON Patch`,
  );
}

function withoutDirectives(patch: Json): Json {
  return Object.fromEntries(Object.entries(patch).filter(([key]) => !key.startsWith('$')));
}

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
