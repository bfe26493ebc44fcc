import { applyJsonPatch } from './json-patch.ts';
import { applyMergePatch, applyStrategicMergePatch } from './merge-patch.ts';
import { badRequest, unsupportedPatchType } from './status.ts';

/** The body of a PATCH request and how it is meant. */
export type Patch = { contentType: string; body: unknown };

/** Applies it to a copy of `target`; throws as the API server refuses. */
export function applyPatch(target: object, { contentType, body }: Patch): unknown {
  switch (contentType) {
    case 'application/json-patch+json':
      return applyJsonPatch(target, body);
    case 'application/merge-patch+json':
      return applyMergePatch(target, objectPatch(body));
    case 'application/strategic-merge-patch+json':
      return applyStrategicMergePatch(target, objectPatch(body));
    default:
      throw unsupportedPatchType();
  }
}

function objectPatch(body: unknown): unknown {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body;
  throw badRequest(
    'error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}',
  );
}
