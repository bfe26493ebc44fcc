/** The way to every value of a JSON object that is not itself an object or an array; empty ones count as values. */
export function leavesOf(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (value === null || typeof value !== 'object') return [path];
  const entries = Object.entries(value);
  if (entries.length === 0) return [path];
  return entries.flatMap(([key, one]) => leavesOf(one, [...path, key]));
}

/** A copy in which the value at the end of that way is another one of the same type. */
export function withLeaf<T>(value: T, path: readonly (string | number)[]): T {
  const copy = structuredClone(value);
  let holder: Record<string | number, unknown> = { root: copy };
  let last: string | number = 'root';
  for (const key of path) {
    holder = holder[last] as Record<string | number, unknown>;
    last = key;
  }
  holder[last] = another(holder[last]);
  return (path.length === 0 ? holder['root'] : copy) as T;
}

function another(value: unknown): unknown {
  switch (typeof value) {
    case 'number':
      return value + 1;
    case 'boolean':
      return !value;
    case 'string':
      return `${value}x`;
    default:
      return Array.isArray(value) ? ['x'] : 'x';
  }
}
