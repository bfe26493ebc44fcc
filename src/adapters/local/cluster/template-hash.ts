import canonicalize from 'canonicalize';
import { HASH_LABEL, type PodTemplate } from './objects.ts';

/** The alphabet of generated names in Kubernetes: no vowels, so that no words come out by chance. */
const SAFE = 'bcdfghjklmnpqrstvwxz2456789';

/** Encodes digits with the safe alphabet, as `rand.SafeEncodeString` does. */
function safeEncode(text: string): string {
  return Array.from(text, (c) => SAFE[c.charCodeAt(0) % SAFE.length]).join('');
}

/**
 * A pod template as comparable text, without the label that the controller itself adds. Empty values count as
 * absent: clients with typed objects send `creationTimestamp: null` and `resources: {}` where others send none.
 */
export function templateText(template: PodTemplate): string {
  const labels = { ...template.metadata.labels };
  delete labels[HASH_LABEL];
  return canonicalize(withoutEmpty({ ...template, metadata: { ...template.metadata, labels } })) ?? '';
}

function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.length === 0 ? undefined : value.map((item: unknown) => withoutEmpty(item) ?? {});
  }
  if (value === null || value === '') return undefined;
  if (typeof value !== 'object') return value;
  const entries = Object.entries(value)
    .map(([name, item]) => [name, withoutEmpty(item)] as const)
    .filter(([, item]) => item !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** The pod-template-hash: FNV-1a over the template, spelled in the safe alphabet. */
export function templateHash(template: PodTemplate): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(templateText(template))) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return safeEncode(String(hash));
}

/** Five random letters, the ending of a pod's name; `random` gives numbers in [0, 1). */
export function nameSuffix(random: () => number): string {
  return Array.from({ length: 5 }, () => SAFE[Math.floor(random() * SAFE.length)]).join('');
}
