import type { StoredAlert } from '../../../incident/alert.ts';
import type { StoredEvidence } from '../../../incident/evidence.ts';
import type { Hypothesis } from '../../../incident/hypothesis.ts';
import type { Incident } from '../../../incident/incident.ts';
import type { Proposal } from '../../../incident/proposal.ts';
import type { Silence } from '../../../incident/silence.ts';

// What each table's row is called in the vocabulary. The aliases in these column lists do the whole
// translation, so that no second mapping can disagree with them.

export const INCIDENT = `id, state, title, service, services, severity, opened_at as "openedAt",
  last_alert_at as "lastAlertAt", resolved_at as "resolvedAt"`;
export type IncidentRow = Incident & Record<string, unknown>;

export const ALERT = `id, source, fingerprint, starts_at as "startsAt", identified_by as "identifiedBy", kind, status, ends_at as "endsAt", name, service,
  severity, summary, description, labels, annotations, link, received_at as "receivedAt", incident_id as "incidentId"`;
export type AlertRow = StoredAlert & Record<string, unknown>;

export const EVIDENCE = `id, title, quote, link, why, score, about, current, confidence`;
export type EvidenceRow = StoredEvidence & Record<string, unknown>;

export const HYPOTHESIS = `statement, verdict, evidence_for as "evidenceFor", evidence_against as "evidenceAgainst", by`;
export type HypothesisRow = Hypothesis & Record<string, unknown>;

export const PROPOSAL = `id, incident_id as "incidentId", state, rank, title, action, inverse, risk, confidence, score,
  reasons_for as "reasonsFor", reasons_against as "reasonsAgainst", consent, digest, policy_rule as "policyRule",
  case policy_effect when 'allow' then 'auto' when 'ask' then 'approve' else policy_effect end as autonomy, service,
  requested_by as "requestedBy", undoes, decided_by as "decidedBy",
  decided_at as "decidedAt", decision_reason as "decisionReason", expires_at as "expiresAt", created_at as "createdAt"`;
export type ProposalRow = Proposal & Record<string, unknown>;

export const SILENCE = `id, matchers, starts_at as "startsAt", ends_at as "endsAt", created_by as "createdBy", why, critical`;
export type SilenceRow = Silence & Record<string, unknown>;
