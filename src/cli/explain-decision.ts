import type { Decision } from '../correlate/decision.ts';
import type { Replayed } from '../correlate/replay.ts';
import { utc } from '../incident/utc.ts';

/** What was decided on an alert at a moment, and why, as lines for a terminal. */
export function explained(decision: Decision, at: Date): string[] {
  return [`${utc(at)} ${verb(decision)}: ${decision.why}.`, ...decision.details().map((line) => `  ${line}`)];
}

const SHOWN = 40;

/** Which lines are in the same incident in the end. */
export function companions(line: number, { of, incidents }: Replayed): string {
  const last = of.get(line);
  if (!last || last.kind === 'quiet') return 'It has stayed quiet.';
  const others = (incidents.get(last.group) ?? []).filter((id) => id !== line).sort((a, b) => a - b);
  if (others.length === 0) return 'It is alone in its incident.';
  const more = others.length > SHOWN ? ` and ${others.length - SHOWN} more` : '';
  return `In the same incident: lines ${others.slice(0, SHOWN).join(', ')}${more}.`;
}

function verb(decision: Decision): string {
  switch (decision.kind) {
    case 'opens':
      return 'opens an incident';
    case 'joins':
      return 'joins an incident';
    case 'quiet':
      return `is kept quiet (${decision.reason})`;
    default:
      return decision satisfies never;
  }
}
