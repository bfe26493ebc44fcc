import type { AskedReferences } from './query-terms.ts';
import type { Candidate, ReferenceKind } from './search-index.ts';

/**
 * How surely each way to bear a name means it. A link was set by somebody for this very alert: it stands so far
 * above a name that no words make up for it.
 */
const STRENGTH = { link: 1, alert: 0.57, file: 0.54, heading: 0.48, code: 0.24 } as const;

export type BestReference = {
  strength: number;
  position: number | null;
  kind: ReferenceKind | 'link' | null;
};

/** The surest way in which a document bears what the alert names or links to. */
export function bestReference({ references }: Candidate, asked: AskedReferences): BestReference {
  let best: BestReference = { strength: 0, position: null, kind: null };
  if (references.length === 0) return best;
  const names = new Set(asked.names);
  const anchors = new Set(asked.anchors);
  // The longest tail of a link that is some file's path says most.
  const files = new Map(asked.files.map((key, place) => [key, STRENGTH.link - 0.01 * place]));
  for (const { kind, key, position } of references) {
    const link = kind === 'path' || kind === 'file' ? (files.get(key) ?? 0) : 0;
    // A name is no path; that a file at the top bears it is said by its kind `file`.
    const name = kind !== 'path' && names.has(key) ? STRENGTH[kind] : 0;
    const strength = Math.max(link, name);
    if (strength > best.strength) best = { strength, position, kind: link > name ? 'link' : kind };
  }
  if (best.kind !== 'link') return best;
  const anchored = references.find(({ kind, key }) => kind === 'heading' && anchors.has(key));
  return { ...best, position: anchored?.position ?? best.position };
}
