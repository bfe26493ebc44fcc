import { enrich, type OwnRecord } from '../enrich/enrich.ts';
import { answerKindOf } from '../incident/answer.ts';
import { evidenceHash, type Evidence } from '../incident/evidence.ts';
import { SITREP } from '../incident/person.ts';
import type { IncidentView } from '../incident/view.ts';
import { confidenceIn } from '../learn/confidence.ts';
import { causesByRules } from '../propose/causes.ts';
import type { PlanDraft } from '../propose/draft.ts';
import { draftFixes } from '../propose/rules.ts';
import { draftPlans } from '../propose/plan-fixes.ts';
import type { LoopPorts, LoopStore } from './ports.ts';
import { offerSteps, type Offered } from './offer-steps.ts';
import { replaceable, takeReplaced } from './replacing.ts';
import { nextTry } from './try-again.ts';
import { addQuestion } from './proposals.ts';
import { keepOrSupersede, withoutRejected } from './standing-offers.ts';

/** How many fixes are prepared and shown; more would only bury the best one. */
const MAX_PROPOSALS = 4;

/** Collects the evidence: `open` → `triaging`. */
export async function triage(ports: LoopPorts, { incident, alerts }: IncidentView): Promise<void> {
  const record = await ownRecord(ports);
  const { evidence: found, missing } = await enrich(incident, alerts, ports.catalogue, ports.sources, record);
  await ports.transaction(async (store) => {
    if (!(await store.moveIncident(incident, 'triaging', 'evidence collected'))) return;
    const evidence = await withConfidence(store, found);
    await store.replaceEvidence(incident.id, evidence);
    const best = evidence
      .slice(0, 3)
      .map((one) => ({ kind: one.about.kind, title: one.title, link: one.link }));
    const about = { incidentId: incident.id, actor: SITREP };
    await store.record({
      kind: 'evidence.found',
      ...about,
      count: evidence.length,
      best,
      hashes: evidence.map(evidenceHash),
    });
    for (const what of missing) await store.record({ kind: 'evidence.missing', ...about, what });
    await store.enqueue({ kind: 'incident', id: incident.id });
  });
}

/** As far back as changes are looked at. */
const RECORD_MS = 7 * 24 * 3600_000;

/** What Sitrep did itself, with the names of the people who approved it. */
function ownRecord({ transaction, people }: LoopPorts): Promise<OwnRecord> {
  return transaction(async (store) => {
    const now = await store.now();
    const own = await store.ownActions(new Date(now.getTime() - RECORD_MS));
    const nameOf = (id: string) => people.find(({ slackId }) => slackId === id)?.name ?? id;
    return { now, own: own.map((one) => ({ ...one, by: nameOf(one.by) })), blamed: await store.blamed() };
  });
}

/** What the stages are unsure of, in the light of what this workspace has learnt. */
async function withConfidence(store: LoopStore, evidence: Evidence[]): Promise<Evidence[]> {
  const calibrated: Evidence[] = [];
  for (const one of evidence) {
    const shipped = one.confidence?.shipped;
    const kind = answerKindOf(one);
    calibrated.push(
      shipped && kind ? { ...one, confidence: confidenceIn(shipped, await store.learnt(kind)) } : one,
    );
  }
  return calibrated;
}

/** Ranks fixes, prepares the best ones and puts them before people: `triaging` → `awaiting`. */
export async function proposeFixes(
  ports: LoopPorts,
  { incident, alerts, evidence: all, proposals }: IncidentView,
): Promise<void> {
  const evidence = all.filter((one) => one.current);
  const causes = causesByRules(evidence);
  const prepared: Offered[] = [];
  const { now, learnt } = await ports.transaction(async (store) => ({
    now: await store.now(),
    learnt: await store.learnt('fix'),
  }));
  const fixes = draftFixes(incident, evidence, ports.catalogue);
  const drafts: PlanDraft[] = [
    ...fixes.map((draft) => ({ steps: [draft], score: draft.score })),
    ...draftPlans(incident, evidence, ports.catalogue, fixes),
  ];
  for (const { steps } of drafts.sort((a, b) => b.score - a.score).slice(0, MAX_PROPOSALS)) {
    const context = {
      incidentId: incident.id,
      alerting: incident.services,
      firing: alerts.filter((alert) => alert.status === 'firing'),
      rank: prepared.length + 1,
      requestedBy: SITREP,
      now,
    };
    prepared.push(await offerSteps(ports, steps, context, { evidence, learnt }));
  }
  await ports.transaction(async (store) => {
    // All alerts may have ended while the fixes were prepared; nobody wants to decide on them then.
    const fresh = await store.lockView(incident.id);
    if (!fresh?.alerts.some(({ status }) => status === 'firing')) {
      if (await store.moveIncident(incident, 'monitoring', 'no alert fires any more'))
        await store.enqueue({ kind: 'incident', id: incident.id });
      return;
    }
    const offers = withoutRejected(fresh.proposals, prepared);
    const why = offers.some((one) => one.kind === 'question') ? 'fixes proposed' : 'no fix could be proposed';
    if (!(await store.moveIncident(incident, 'awaiting', why))) return;
    const about = { incidentId: incident.id, actor: SITREP };
    await store.replaceHypotheses(incident.id, 'rules', causes);
    for (const cause of causes) {
      const cited = evidence.filter((one) => cause.evidenceFor.includes(one.id)).map((one) => one.title);
      await store.record({ kind: 'hypothesis.raised', ...about, ...cause, evidence: cited });
    }
    const { kept, withdrawn } = await keepOrSupersede(store, proposals, offers);
    const before = replaceable(fresh.journal, fresh.proposals, withdrawn);
    for (const one of offers) {
      if (one.kind === 'withheld') await store.record({ ...about, ...one, kind: 'proposal.withheld' });
      else if (!kept.has(one.steps[0].id))
        await addQuestion(ports, store, one.steps, (step) => takeReplaced(before, step));
    }
    const view =
      offers.some((one) => one.kind === 'withheld' && one.mayPass) && (await store.view(incident.id));
    const again = view && nextTry(view);
    if (again) await store.enqueue({ kind: 'incident', id: incident.id }, again.inS);
    if (ports.investigator) await store.enqueue({ kind: 'investigate', id: incident.id });
    await store.enqueue({ kind: 'incident', id: incident.id });
  });
}

/** Whether an approved action was not carried out since the evidence was last collected. */
export function wasOvertaken({ journal }: IncidentView): boolean {
  const looked = journal.findLastIndex((entry) => entry.kind === 'evidence.found');
  return journal.slice(looked + 1).some((entry) => entry.kind === 'action.refused');
}
