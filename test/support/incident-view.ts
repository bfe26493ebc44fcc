import type { StoredAlert } from '../../src/incident/alert.ts';
import type { StoredEvidence } from '../../src/incident/evidence.ts';
import type { Incident } from '../../src/incident/incident.ts';
import type { Happening, JournalEntry } from '../../src/incident/journal.ts';
import { consentDigest, type Proposal } from '../../src/incident/proposal.ts';
import type { IncidentView } from '../../src/incident/view.ts';
import { aQuestion } from './policy.ts';
import { rendered } from './rendered.ts';

/** Noon of an ordinary day; every fixture counts from here. */
export const NOON = new Date('2026-03-02T12:00:00Z');

export function minutesAfter(minutes: number): Date {
  return new Date(NOON.getTime() + minutes * 60_000);
}

export function proposalId(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

export function anIncident(changes: Partial<Incident> = {}): Incident {
  return {
    id: 12,
    state: 'awaiting',
    title: 'CheckoutErrors in checkout',
    service: 'checkout',
    services: ['checkout'],
    severity: 'critical',
    openedAt: NOON,
    lastAlertAt: NOON,
    resolvedAt: null,
    ...changes,
  };
}

export function anAlert(changes: Partial<StoredAlert> = {}): StoredAlert {
  return {
    id: 1,
    incidentId: 12,
    receivedAt: NOON,
    source: 'alertmanager',
    fingerprint: 'f1',
    identifiedBy: 'start',
    kind: 'operational',
    startsAt: NOON,
    status: 'firing',
    endsAt: null,
    name: 'CheckoutErrors',
    service: 'checkout',
    severity: 'critical',
    summary: 'One checkout in five fails',
    description: '',
    labels: {},
    annotations: {},
    link: 'https://prometheus.example/graph',
    ...changes,
  };
}

export function someEvidence(changes: Partial<StoredEvidence> = {}): StoredEvidence {
  return {
    id: 1,
    current: true,
    title: 'Checkout errors',
    quote: 'If a release went out within the hour, roll it back first.',
    link: 'https://github.example/shop/runbooks/checkout.md',
    why: 'names the alert CheckoutErrors',
    score: 0.9,
    about: { kind: 'runbook', path: 'runbooks/checkout.md', heading: 'Roll back', actions: [] },
    ...changes,
  };
}

export function aProposal(changes: Partial<Proposal> = {}): Proposal {
  const action = {
    tool: 'kubernetes.rollback' as const,
    arguments: { namespace: 'shop', deployment: 'checkout', revision: 4 },
  };
  const predicate = { alertsResolved: true as const, signals: [], holdsS: 0, withinS: 120 };
  const target = { identity: 'deployment shop/checkout', observedVersion: '812' };
  const {
    at: _,
    record: __,
    ...subject
  } = aQuestion({
    tool: action.tool,
    service: 'checkout',
    risk: 'medium',
    blastRadius: { text: '3 pods of checkout', services: ['checkout'], units: 3 },
    riskScore: 38,
  });
  const consent = rendered({
    tool: action.tool,
    toolVersion: 1,
    schemaHash: 'a'.repeat(64),
    arguments: action.arguments,
    target,
    policyVersion: 'p1',
    approvers: ['U0APPROVER'],
    approvalsNeeded: 1,
    asked: subject,
    confirm: 'click',
    predicate,
    shown: {
      dryRun: 'image checkout:v5 becomes checkout:v4',
      expectedEffect: 'checkout runs the release of before the symptom',
      inverse: { ...action, arguments: { ...action.arguments, revision: 5 } },
      riskParts: [{ points: 38, text: 'medium risk by its kind' }],
      policy: { rule: 'people approve', autonomy: 'approve', because: [] },
    },
    expiresAt: minutesAfter(30).toISOString(),
  });
  return {
    id: proposalId(1),
    incidentId: 12,
    state: 'proposed',
    rank: 1,
    title: 'Roll back checkout to revision 4',
    action,
    inverse: { ...action, arguments: { ...action.arguments, revision: 5 } },
    risk: 'medium',
    confidence: { word: 'medium', record: 'not yet calibrated' },
    score: 0.7,
    reasonsFor: [{ text: 'Revision 5 went out 6 minutes before the first alert', evidenceId: 1 }],
    reasonsAgainst: [{ text: 'A rollback also loses the fix of the cart', evidenceId: null }],
    consent,
    digest: consentDigest(consent),
    policyRule: 'people approve',
    autonomy: 'approve',
    service: 'checkout',
    requestedBy: 'sitrep',
    undoes: null,
    decidedBy: null,
    decidedAt: null,
    decisionReason: null,
    expiresAt: minutesAfter(30),
    createdAt: NOON,
    ...changes,
  };
}

/** The steps of one plan on services of these names, in their order; `changes` are of the step at that place. */
export function aPlan(services: string[], changes: Partial<Proposal>[] = []): [Proposal, ...Proposal[]] {
  const steps = services.map((service, place): Proposal => {
    const base = aProposal();
    const step = place + 1;
    const { card: _, shown, ...rest } = base.consent;
    const consent = rendered({
      ...rest,
      arguments: { namespace: 'shop', deployment: service, revision: 4 },
      target: { identity: `deployment shop/${service}`, observedVersion: '812' },
      plan: { id: proposalId(1), step, of: services.length },
      predicate: { ...rest.predicate, alertsResolved: step === services.length },
      shown: shown as NonNullable<typeof shown>,
    });
    return {
      ...base,
      id: proposalId(step),
      title: `Step ${step} of ${services.length}: Roll back ${service} to revision 4`,
      service,
      consent,
      digest: consentDigest(consent),
      ...changes[place],
    };
  });
  return steps as [Proposal, ...Proposal[]];
}

/** Journal entries a minute apart, by `sitrep` unless an actor is given. */
export function aJournal(...happenings: (Happening & { actor?: string })[]): JournalEntry[] {
  return happenings.map((happening, index) => ({
    actor: 'sitrep',
    ...happening,
    seq: index + 1,
    at: minutesAfter(index + 1),
    incidentId: 12,
  }));
}

export function aView(changes: Partial<IncidentView> = {}): IncidentView {
  const alerts = changes.alerts ?? [anAlert()];
  const firing = alerts.filter((alert) => alert.status === 'firing').length;
  return {
    incident: anIncident(),
    alerts,
    counts: { firing, resolved: alerts.length - firing },
    evidence: [someEvidence()],
    hypotheses: [],
    proposals: [aProposal()],
    journal: [],
    stopped: null,
    modelTokens: 0,
    ...changes,
  };
}
