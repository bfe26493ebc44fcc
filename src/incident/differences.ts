import { canonicalJson } from './canonical.ts';
import type { Consent } from './proposal.ts';

/** One thing that two consents do not share; null where one of them does not have it. */
export type Difference = { what: string; before: string | null; after: string | null };

/**
 * What differs between two consents, in the words of their cards and in their order. Their expiry always does and is not
 * told; of what has no line of its own, that it differs is told and not how, because a hash says nothing to people. Pure.
 */
export function differences(before: Consent, after: Consent): Difference[] {
  const old = byLabel(before.card);
  const fresh = byLabel(after.card);
  const labels = [...new Set([...old.keys(), ...fresh.keys()])];
  return [
    ...labels.flatMap((what) => pairs(what, old.get(what) ?? [], fresh.get(what) ?? [])),
    ...hidden(before, after),
  ];
}

const UNTOLD = ['Everything else that is consented to', 'Begins'];

function byLabel(card: readonly string[]): Map<string, string[]> {
  const lines = new Map<string, string[]>();
  for (const line of card) {
    const [, label = '', text = line] = /^([A-Z][A-Za-z ]+): (.*)$/s.exec(line) ?? [];
    if (!UNTOLD.includes(label)) lines.set(label, [...(lines.get(label) ?? []), text]);
  }
  return lines;
}

/** Lines that both have are no difference, wherever they stand; of the rest the first stands against the first. */
function pairs(what: string, old: string[], fresh: string[]): Difference[] {
  const gone = old.filter((text) => !fresh.includes(text));
  const come = fresh.filter((text) => !old.includes(text));
  return Array.from({ length: Math.max(gone.length, come.length) }, (_, at) => ({
    what,
    before: gone[at] ?? null,
    after: come[at] ?? null,
  }));
}

function hidden(before: Consent, after: Consent): Difference[] {
  const isOther = (of: (consent: Consent) => unknown) =>
    canonicalJson(of(before)) !== canonicalJson(of(after));
  return [
    ...(isOther((one) => [one.toolVersion, one.schemaHash]) ? ['The tool itself'] : []),
    ...(isOther((one) => one.policyVersion) ? ['The policy'] : []),
    ...(isOther((one) => [...one.approvers].sort()) ? ['Who may approve'] : []),
  ].map((what) => ({ what, before: null, after: null }));
}
