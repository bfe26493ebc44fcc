import { parse } from 'yaml';

const MOST_VALUES = 5000;
const MOST_CHANGES = 50;

type FlagChange = { key: string; before: string | null; after: string | null };

/**
 * Which values differ between two versions of a flag file in JSON or YAML, by their dotted names; at most 50. A
 * file that is neither is one change, named after the file, without values.
 */
export function diffFlags(path: string, before: string, after: string): FlagChange[] {
  if (before === after) return [];
  const old = valuesOf(before);
  const now = valuesOf(after);
  if (!old || !now) return [{ key: path, before: null, after: null }];
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((key) => old.get(key) !== now.get(key))
    .slice(0, MOST_CHANGES)
    .map((key) => ({ key, before: old.get(key) ?? null, after: now.get(key) ?? null }));
}

/** Every plain value by its dotted name; null where the text holds no object. */
function valuesOf(text: string): Map<string, string> | null {
  const values = new Map<string, string>();
  if (text.trim() === '') return values;
  let root: unknown;
  try {
    // YAML contains JSON.
    root = parse(text, { maxAliasCount: 100 });
  } catch {
    return null;
  }
  if (typeof root !== 'object' || root === null) return null;
  const left: [name: string, value: unknown][] = [['', root]];
  for (let next = left.pop(); next && values.size < MOST_VALUES; next = left.pop()) {
    const [name, value] = next;
    if (typeof value !== 'object' || value === null) values.set(name, String(value));
    else {
      // Backwards, so that what stands first is taken first.
      for (const [key, child] of Object.entries(value).reverse()) {
        left.push([name === '' ? key : `${name}.${key}`, child]);
      }
    }
  }
  return values;
}
