/** Where a document stands, so that what it links to can be resolved. */
export type Place = {
  /** Within its source, with forward slashes. */
  path: string;
  /** Address that paths of the source are appended to, ending in a slash; null where it has none. */
  base: string | null;
};

const LONGEST = 1000;

/**
 * The address that a link in a document leads to: absolute where the source has an address, otherwise the
 * path within the source. Null where it leads nowhere that a reader of a quote could go.
 */
export function resolveLink(target: string, { path, base }: Place): string | null {
  const wanted = target.trim();
  if (wanted === '' || wanted.startsWith('#') || wanted.length > LONGEST) return null;
  if (/^(https?|mailto):/i.test(wanted)) return wanted;
  // Other schemes (javascript:, data:, file:) lead nowhere that may be shown.
  if (/^[a-z][a-z\d+.-]*:/i.test(wanted) || wanted.startsWith('//')) return null;
  // A leading slash means the top of the repository, as code hosts show it.
  const within = walk(wanted.startsWith('/') ? [] : path.split('/').slice(0, -1), wanted);
  return within === null ? null : `${base ?? ''}${within}`;
}

function walk(from: string[], target: string): string | null {
  const [way = '', anchor] = target.split('#', 2);
  const steps = [...from];
  for (const step of way.split('/')) {
    if (step === '..') {
      if (steps.pop() === undefined) return null;
    } else if (step !== '.' && step !== '') steps.push(step);
  }
  return `${steps.join('/')}${anchor ? `#${anchor}` : ''}`;
}
