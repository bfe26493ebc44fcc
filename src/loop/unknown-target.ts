import type { Action } from '../incident/action.ts';
import { nearest } from '../incident/nearest.ts';
import type { ServiceCatalogue } from '../incident/service.ts';
import { declaredTargets } from '../incident/target-services.ts';
import { joined, plain } from '../incident/text.ts';

const MOST_KNOWN = 12;

/**
 * What a target that no service declares may have been meant to be, as sentences: a slip of tired hands is likelier than a
 * target that nobody has written down. Pure.
 */
export function unknownTarget(catalogue: ServiceCatalogue, action: Action): string {
  const targets = declaredTargets(catalogue, action);
  if (!targets) return '';
  const { kind, typed, known } = targets;
  const unknown = `No service in sitrep.yaml has the ${kind} ${plain(typed, 100)}`;
  if (known.length === 0) return `${unknown}, nor any other ${kind}.`;
  // A namespace that both share would make any two names look alike.
  const name = nearest(lastPart(typed), known.map(lastPart));
  const meant = known.find((one) => lastPart(one) === name);
  const rest = known.length - MOST_KNOWN;
  const list = joined([...known.slice(0, MOST_KNOWN), ...(rest > 0 ? [`${rest} more`] : [])]);
  const guess = meant === undefined ? '.' : `; did you mean ${meant}?`;
  return `${unknown}${guess} Known: ${list}.`;
}

function lastPart(target: string): string {
  return target.slice(target.lastIndexOf('/') + 1);
}
