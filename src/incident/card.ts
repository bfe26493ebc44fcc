import { canonicalJson, digestOf } from './canonical.ts';
import type { Consent, PlanPlace, Predicate, Shown } from './proposal.ts';
import { counted, joined } from './text.ts';
import { utcOf } from './utc.ts';

/** A consent whose card is still to be rendered. */
export type Unrendered = Omit<Consent, 'card' | 'shown'> & { shown: Shown };

/**
 * The card of a consent as lines of plain text, a pure function of everything else in it. The arguments stand
 * there as canonical JSON, uncut, and no line holds two texts from outside, so that the words between them
 * could be part of either. What has no line of its own is in the hash of the last one: two consents that differ
 * anywhere never look the same.
 */
export function renderCard(consent: Unrendered): string[] {
  const { asked, plan, predicate, shown, target } = consent;
  const isLast = plan === undefined || plan.step === plan.of;
  const conditions = [
    predicate.alertsResolved ? alertsLine(predicate.alerts) : 'the read-back confirms it',
    ...(predicate.settled ? ['the rollout is complete'] : []),
    ...predicate.signals.map((signal) => `${signal.query} < ${signal.healthyBelow}`),
  ];
  const parts = shown.riskParts.map((part) => `${part.text} ${part.points}`).join(', ');
  return [
    // What somebody who was woken by it needs comes first: what is done to what, what it may break, what puts it back.
    // What there is to know of a step stands below its heading, or it would be read as said of the step before.
    ...(plan ? [stepLine(plan, consent)] : []),
    ...(shown.notes ?? []),
    `Action: ${consent.tool} ${canonicalJson(consent.arguments)}`,
    `Target: ${target.identity}`,
    `Expected: ${shown.expectedEffect}`,
    `Blast radius: ${asked.blastRadius.text} (risk ${asked.risk})`,
    `Undo: ${undoLine(shown)}${consent.undoIfFailed ? ', by itself if it does not help' : ''}`,
    ...(plan ? [] : [`Begins: not after ${utcOf(consent.expiresAt)}`]),
    `Dry run: ${shown.dryRun}`,
    ...conditions.map((condition) => `Counts as ${isLast ? 'helped' : 'done'} when: ${condition}`),
    `All of that within ${predicate.withinS} s${predicate.holdsS > 0 ? `, and for ${predicate.holdsS} s on end` : ''}`,
    `Policy: ${policyLine(consent)}`,
    `Risk score: ${asked.riskScore} of 100 (${parts})`,
    `Observed at: ${target.observedVersion}`,
    `Everything else that is consented to: sha256:${digestOf(consent)}`,
  ];
}

/**
 * Why a card is not the one that belongs to the rest of its consent; null where it is. Rendered anew and compared, so
 * that no fault on the way to the database can show people one thing and have them approve another. Pure.
 */
export function whyCardMisfits({ card, ...consent }: Consent): string | null {
  const { shown } = consent;
  // Such a card left out part of what is consented to, so two different consents could look the same.
  if (!shown)
    return 'its card was made by an earlier version of Sitrep and does not show all that is consented to';
  const misfit = 'its card is not what this version of Sitrep shows for it';
  try {
    return canonicalJson(renderCard({ ...consent, shown })) === canonicalJson(card) ? null : misfit;
  } catch {
    // What cannot even be rendered was not made by this code.
    return misfit;
  }
}

function stepLine({ step, of }: PlanPlace, { expiresAt }: Unrendered): string {
  const after = step === 1 ? '' : `when step ${step - 1} has succeeded, `;
  return `Step ${step} of ${of}: begins ${after}not after ${utcOf(expiresAt)}`;
}

function undoLine({ inverse, cancel }: Shown): string {
  if (inverse) return `${inverse.tool} ${canonicalJson(inverse.arguments)}`;
  if (cancel === 'undo') return 'offered once it is carried out';
  return `none${cancel === 'wait' ? '; once sent it cannot be taken back' : ''}`;
}

const NAMED = 5;

function alertsLine(alerts: Predicate['alerts']): string {
  if (!alerts) return 'all alerts resolved';
  const names = [...new Set(alerts.firing.map((one) => one.name))];
  const rest = names.length - NAMED;
  const named = [...names.slice(0, NAMED), ...(rest > 0 ? [`${rest} more`] : [])];
  return `no alert of ${joined(alerts.services)} fires (now: ${named.join(', ')})`;
}

function policyLine({ approvalsNeeded, confirm, shown }: Unrendered): string {
  const { rule, autonomy, because } = shown.policy;
  const says = {
    off: 'never',
    suggest: 'only suggested; people do it by hand',
    approve: `${counted(approvalsNeeded, 'approval')}${confirm === 'typed' ? ', with the target typed' : ''}`,
    auto: 'runs by itself',
  }[autonomy];
  return `“${rule}”: ${says}${because.length > 0 ? ` (${because.join('; ')})` : ''}`;
}
