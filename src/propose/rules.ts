import { canonicalJson } from '../incident/canonical.ts';
import type { StoredEvidence } from '../incident/evidence.ts';
import type { Incident } from '../incident/incident.ts';
import type { ServiceCatalogue } from '../incident/service.ts';
import { scoreOf, type Draft } from './draft.ts';
import { flagFixes } from './flag-fixes.ts';
import { reverts } from './reverts.ts';
import { rollbacks } from './rollbacks.ts';
import { runbookFixes } from './runbook-fixes.ts';

/**
 * Ranks fixes from what changed and from what the retrieved runbooks name; no model is asked.
 * The same incident and evidence always give the same drafts in the same order.
 */
export function draftFixes(
  incident: Incident,
  evidence: readonly StoredEvidence[],
  catalogue: ServiceCatalogue,
): Draft[] {
  const drafts = [
    ...rollbacks(incident, evidence, catalogue),
    ...runbookFixes(incident, evidence, catalogue),
    ...reverts(evidence),
    ...flagFixes(evidence),
  ];
  const merged = new Map<string, Draft>();
  for (const draft of drafts) {
    const key = canonicalJson(draft.action);
    const known = merged.get(key);
    merged.set(key, known ? agreeing(known, draft) : draft);
  }
  return [...merged.values()].sort((a, b) => b.score - a.score || order(a) - order(b));
}

function agreeing(a: Draft, b: Draft): Draft {
  const texts = new Set(a.reasonsAgainst.map((reason) => reason.text));
  return {
    ...a,
    // Two independent reasons leave less doubt than either alone.
    score: scoreOf(1 - (1 - a.score) * (1 - b.score * 0.5)),
    reasonsFor: [...a.reasonsFor, ...b.reasonsFor],
    reasonsAgainst: [...a.reasonsAgainst, ...b.reasonsAgainst.filter((reason) => !texts.has(reason.text))],
  };
}

// Ties are broken by how quickly and how completely an action can be undone.
const order = (draft: Draft) =>
  [
    'kubernetes.rollback',
    'kubernetes.restart',
    'kubernetes.scale',
    'github.open_revert_pull_request',
  ].indexOf(draft.action.tool);
