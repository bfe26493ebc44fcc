import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { badRequest, patchFailed } from './status.ts';

/** JSON Patch (RFC 6902) as the API server applies it: all operations or none, on a copy. */

const pointer = z.string();
const operationSchema = z.discriminatedUnion('op', [
  z.object({ op: z.literal('add'), path: pointer, value: z.unknown() }),
  z.object({ op: z.literal('replace'), path: pointer, value: z.unknown() }),
  z.object({ op: z.literal('test'), path: pointer, value: z.unknown() }),
  z.object({ op: z.literal('remove'), path: pointer }),
  z.object({ op: z.literal('move'), path: pointer, from: pointer }),
  z.object({ op: z.literal('copy'), path: pointer, from: pointer }),
]);
type Operation = z.infer<typeof operationSchema>;

/**
 * Applies a JSON Patch document to a copy of `target` and returns the copy.
 * Throws a 400 when the body is not a list of operations and a 422 when one of them cannot be applied.
 */
export function applyJsonPatch(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) {
    throw badRequest(
      'error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch',
    );
  }
  const root = { document: structuredClone(target) };
  for (const item of patch) {
    const operation = operationSchema.safeParse(item);
    if (!operation.success) throw patchFailed(`unexpected operation ${JSON.stringify(item)}`);
    apply(root, operation.data);
  }
  return root.document;
}

type Root = { document: unknown };

function apply(root: Root, operation: Operation): void {
  const { path } = operation;
  switch (operation.op) {
    case 'test':
      if (!isDeepStrictEqual(read(root, path), operation.value ?? null)) {
        throw patchFailed(`testing value ${path} failed`);
      }
      return;
    case 'add':
      return write(root, path, operation.value, 'insert');
    case 'replace':
      if (read(root, path) === undefined) throw missing('replace', path);
      return write(root, path, operation.value, 'overwrite');
    case 'remove':
      return remove(root, path);
    case 'copy':
      return write(root, path, structuredClone(take(root, operation.from)), 'insert');
    case 'move': {
      const value = take(root, operation.from);
      remove(root, operation.from);
      return write(root, path, value, 'insert');
    }
    default:
      operation satisfies never;
  }
}

function missing(op: string, path: string): Error {
  return patchFailed(`${op} operation does not apply: doc is missing key: ${path}: missing value`);
}

function segments(path: string): string[] {
  if (path === '') return [];
  if (!path.startsWith('/')) throw patchFailed(`path must begin with a slash: ${path}`);
  const parts = path
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (parts.includes('__proto__')) throw patchFailed(`not a usable path: ${path}`);
  return parts;
}

function child(parent: unknown, key: string): unknown {
  if (Array.isArray(parent)) return /^\d+$/.test(key) ? parent[Number(key)] : undefined;
  if (!isRecord(parent)) return undefined;
  return Object.hasOwn(parent, key) ? parent[key] : undefined;
}

function read(root: Root, path: string): unknown {
  return segments(path).reduce<unknown>(child, root.document);
}

function take(root: Root, path: string): unknown {
  const value = read(root, path);
  if (value === undefined) throw missing('copy', path);
  return value;
}

function parentOf(root: Root, path: string): { parent: unknown; key: string } {
  const parts = segments(path);
  const key = parts.pop() ?? '';
  return { parent: parts.reduce<unknown>(child, root.document), key };
}

function write(root: Root, path: string, value: unknown, how: 'insert' | 'overwrite'): void {
  if (path === '') {
    root.document = value;
    return;
  }
  const { parent, key } = parentOf(root, path);
  if (Array.isArray(parent)) {
    const index = key === '-' ? parent.length : Number(key);
    if (!Number.isInteger(index) || index < 0 || index > parent.length) throw missing('add', path);
    parent.splice(index, how === 'overwrite' ? 1 : 0, value);
    return;
  }
  if (!isRecord(parent)) throw missing('add', path);
  parent[key] = value;
}

function remove(root: Root, path: string): void {
  if (read(root, path) === undefined) throw missing('remove', path);
  const { parent, key } = parentOf(root, path);
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else if (isRecord(parent)) delete parent[key];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
