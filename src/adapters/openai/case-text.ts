import type { StoredAlert } from '../../incident/alert.ts';
import type { StoredEvidence } from '../../incident/evidence.ts';
import { incidentName } from '../../incident/incident.ts';
import { firstLine } from '../../incident/text.ts';
import type { Case } from '../../propose/investigator.ts';
import { quoted } from './quote.ts';

// Together these keep an ordinary case under about 8000 tokens; a storm of alerts says little more than its first.
const MOST_ALERTS = 12;
const MOST_EVIDENCE = 20;
const LONGEST_DESCRIPTION = 400;
const LONGEST_QUOTE = 900;

/** The case as the inputs of the prompt. Everything that came from outside is a quotation. */
export function caseInputs({ incident, alerts, evidence }: Case): {
  incident: string;
  alerts: string;
  evidence: string;
} {
  const about = [
    firstLine(incident.title),
    `services: ${incident.services.join(', ') || 'none named'}`,
    `severity ${incident.severity}, opened ${incident.openedAt.toISOString()}`,
  ];
  return {
    incident: `${incidentName(incident.id)}\n${quoted(about.join('\n'), 1000)}`,
    alerts: listed(alerts, MOST_ALERTS, alertText),
    evidence: listed(evidence, MOST_EVIDENCE, evidenceText),
  };
}

/** The evidence that the model is shown, and so may cite. */
export function shownEvidence(evidence: readonly StoredEvidence[]): readonly StoredEvidence[] {
  return evidence.slice(0, MOST_EVIDENCE);
}

function alertText(alert: StoredAlert): string {
  const facts = [
    `${alert.name} on ${alert.service ?? 'no named service'}, ${alert.severity}, ${alert.status} since ${alert.startsAt.toISOString()}`,
    firstLine(alert.summary),
    alert.description,
  ];
  return quoted(facts.filter((fact) => fact !== '').join('\n'), LONGEST_DESCRIPTION);
}

function evidenceText({ id, about, title, why, quote }: StoredEvidence): string {
  return `Evidence ${id} (${about.kind})\n${quoted(`${firstLine(title)}\n${firstLine(why)}`, 500)}\n${quoted(quote, LONGEST_QUOTE)}`;
}

function listed<T>(all: readonly T[], most: number, text: (one: T) => string): string {
  if (all.length === 0) return 'none';
  const rest = all.length > most ? [`(${all.length - most} more are left out)`] : [];
  return [...all.slice(0, most).map(text), ...rest].join('\n\n');
}
