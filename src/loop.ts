import { claim, resume, send, type ExecuteStore } from './act/execute.ts';
import type { World } from './act/world.ts';
import { correlate, type CorrelateStore } from './correlate/correlate.ts';
import { approve, autoApprove, reject, type Answer, type DecideStore } from './decide/decide.ts';
import { enrich, type EvidenceSources } from './enrich/enrich.ts';
import { canonicalJson } from './incident/canonical.ts';
import type { Evidence } from './incident/evidence.ts';
import type { Hypothesis } from './incident/hypothesis.ts';
import type { Incident, IncidentState } from './incident/incident.ts';
import { SITREP, type Person } from './incident/person.ts';
import type { Policy } from './incident/policy.ts';
import { isPending, isRunning, mayBecome, type Proposal } from './incident/proposal.ts';
import type { ServiceCatalogue } from './incident/service.ts';
import type { Step } from './incident/step.ts';
import type { IncidentView } from './incident/view.ts';
import { offer, type Offer } from './loop/offer.ts';
import { draftPostmortem } from './postmortem/draft.ts';
import { confidenceOf } from './propose/confidence.ts';
import type { Investigator, ModelCall } from './propose/investigator.ts';
import { causesByRules, draftFixes } from './propose/rules.ts';
import { receive, type ReceiveStore } from './receive/receive.ts';
import type { Delivery, Receipt } from './receive/delivery.ts';
import { verify, type VerifyStore } from './verify/verify.ts';

/** Everything that the stages need of the database, in one transaction. */
export interface LoopStore extends ReceiveStore, CorrelateStore, DecideStore, ExecuteStore, VerifyStore {
  enqueue(step: Step, afterS?: number): Promise<void>;
  view(incidentId: number): Promise<IncidentView | null>;
  /** The view, with the incident's row locked until the transaction ends. */
  lockView(incidentId: number): Promise<IncidentView | null>;
  proposal(id: string): Promise<Proposal | null>;
  replaceEvidence(incidentId: number, evidence: Evidence[]): Promise<void>;
  replaceHypotheses(incidentId: number, by: Hypothesis['by'], hypotheses: Hypothesis[]): Promise<void>;
  addProposal(proposal: Proposal): Promise<void>;
  /** What became of earlier uses of this tool on the same target. */
  trackRecord(action: Proposal['action']): Promise<{ tried: number; helped: number }>;
  startVerifying(proposalId: string): Promise<boolean>;
  secondsQuiet(incidentId: number): Promise<number>;
  savePostmortem(incidentId: number, markdown: string): Promise<void>;
  addModelCalls(incidentId: number, calls: ModelCall[]): Promise<void>;
  modelTokensLeft(incidentId: number, perIncident: number, perDay: number): Promise<number>;
  setStopped(stopped: { by: string; why: string } | null): Promise<void>;
  /** Has every open thread show that actions were stopped or allowed again. */
  showSwitch(): Promise<void>;
}

export type Settings = {
  webhookToken: string;
  /** How long an incident takes up related alerts after its last one, in seconds. */
  correlationS: number;
  /** How long an approval may be given, in seconds. */
  approvalS: number;
  /** How long after an action its effect must show, in seconds. */
  verifyS: number;
  /** How long it must show without a break, in seconds. */
  holdS: number;
  /** How long nothing must fire before an incident counts as resolved, in seconds. */
  quietS: number;
  modelTokens: { perIncident: number; perDay: number };
};

export type LoopPorts = {
  transaction: <T>(work: (store: LoopStore) => Promise<T>) => Promise<T>;
  catalogue: ServiceCatalogue;
  policy: Policy;
  people: readonly Person[];
  sources: EvidenceSources;
  world: World;
  investigator: Investigator | null;
  /** Writes the draft where people find it; resolves to the name that is shown. */
  publishPostmortem: (incidentId: number, markdown: string) => Promise<string>;
  settings: Settings;
};

export type Loop = ReturnType<typeof createLoop>;

/** How many fixes are prepared and shown; more would only bury the best one. */
const MAX_PROPOSALS = 4;

/**
 * The map of the product: which stage acts on which state. Every step reads the state, lets one stage
 * act, and writes the result, the journal, the audit link and the next step in one transaction; so a
 * step that is run twice, or cut off anywhere, leaves nothing half done.
 */
export function createLoop(ports: LoopPorts) {
  const { transaction, catalogue, settings, people } = ports;

  async function run(step: Step): Promise<void> {
    switch (step.kind) {
      case 'correlate':
        await transaction((store) => correlate(store, catalogue, settings.correlationS));
        return;
      case 'incident':
        return advanceIncident(step.id);
      case 'proposal':
        return advanceProposal(step.id);
      case 'investigate':
        return investigate(step.id);
      default:
        return step satisfies never;
    }
  }

  async function advanceIncident(id: number): Promise<void> {
    const view = await transaction((store) => store.view(id));
    if (!view) return;
    const firing = view.alerts.some((alert) => alert.status === 'firing');
    const running = view.proposals.some((one) => isRunning(one.state));
    switch (view.incident.state) {
      case 'open':
        return firing ? triage(view) : move(view.incident, 'monitoring', 'no alert fires any more');
      case 'triaging':
        return proposeFixes(view);
      case 'awaiting':
        if (running) return move(view.incident, 'mitigating', 'an approved action is under way');
        if (!firing) return move(view.incident, 'monitoring', 'no alert fires any more');
        return wasOvertaken(view)
          ? move(view.incident, 'open', 'an action was overtaken; looking again')
          : undefined;
      case 'mitigating':
        if (running) return undefined;
        if (!firing) return move(view.incident, 'monitoring', 'no alert fires any more');
        return move(view.incident, 'awaiting', 'alerts still fire');
      case 'monitoring':
        if (running) return undefined;
        return firing ? move(view.incident, 'open', 'alerts fire again') : watchQuiet(view);
      case 'resolved':
      case 'closed':
        return hasPostmortem(view) ? undefined : writePostmortem(view);
      default:
        return view.incident.state satisfies never;
    }
  }

  async function advanceProposal(id: string): Promise<void> {
    const proposal = await transaction((store) => store.proposal(id));
    if (!proposal) return;
    switch (proposal.state) {
      case 'proposed':
        await transaction((store) =>
          proposal.policyEffect === 'allow' ? autoApprove(store, id) : expire(store, id),
        );
        return;
      case 'approved':
        return claim(proposal, ports);
      case 'claimed':
        return send(proposal, ports);
      case 'sent':
        return resume(proposal, ports);
      case 'confirmed':
        await transaction(async (store) => {
          if (await store.startVerifying(id)) await store.enqueue({ kind: 'proposal', id });
        });
        return;
      case 'verifying':
        return verify(proposal, ports.sources.signals, transaction);
      case 'succeeded':
        return settleSuccess(proposal);
      case 'failed':
        await offerInverse(proposal, SITREP);
        return;
      // These wait for a person, or are done.
      case 'unknown':
      case 'inconclusive':
      case 'reverted':
      case 'rejected':
      case 'expired':
      case 'superseded':
        return undefined;
      default:
        return proposal.state satisfies never;
    }
  }

  async function move(incident: Incident, to: IncidentState, why: string): Promise<void> {
    await transaction(async (store) => {
      if (await store.moveIncident(incident, to, why))
        await store.enqueue({ kind: 'incident', id: incident.id });
    });
  }

  async function triage({ incident, alerts }: IncidentView): Promise<void> {
    const { evidence, missing } = await enrich(incident, alerts, catalogue, ports.sources);
    await transaction(async (store) => {
      if (!(await store.moveIncident(incident, 'triaging', 'evidence collected'))) return;
      await store.replaceEvidence(incident.id, evidence);
      const best = evidence
        .slice(0, 3)
        .map((one) => ({ kind: one.about.kind, title: one.title, link: one.link }));
      const about = { incidentId: incident.id, actor: SITREP };
      await store.record({ kind: 'evidence.found', ...about, count: evidence.length, best });
      for (const what of missing) await store.record({ kind: 'evidence.missing', ...about, what });
      await store.enqueue({ kind: 'incident', id: incident.id });
    });
  }

  async function proposeFixes({ incident, evidence: all, proposals }: IncidentView): Promise<void> {
    const evidence = all.filter((one) => one.current);
    const causes = causesByRules(evidence);
    const offers: Offer[] = [];
    const now = await transaction((store) => store.now());
    for (const draft of draftFixes(incident, evidence, catalogue).slice(0, MAX_PROPOSALS)) {
      const record = await transaction((store) => store.trackRecord(draft.action));
      const context = {
        incidentId: incident.id,
        alerting: incident.services,
        rank: offers.length + 1,
        requestedBy: SITREP,
        undoes: null,
        now,
      };
      offers.push(
        await offer(
          draft,
          confidenceOf(draft.score, record),
          context,
          { ...ports, ...settings },
          ports.world,
        ),
      );
    }
    await transaction(async (store) => {
      const why = offers.some((one) => one.kind === 'proposal')
        ? 'fixes proposed'
        : 'no fix could be proposed';
      if (!(await store.moveIncident(incident, 'awaiting', why))) return;
      const about = { incidentId: incident.id, actor: SITREP };
      await store.replaceHypotheses(incident.id, 'rules', causes);
      for (const cause of causes) {
        const cited = evidence.filter((one) => cause.evidenceFor.includes(one.id)).map((one) => one.title);
        await store.record({ kind: 'hypothesis.raised', ...about, ...cause, evidence: cited });
      }
      const kept = await keepOrSupersede(store, proposals, offers);
      for (const one of offers) {
        if (one.kind === 'withheld') await store.record({ ...about, ...one, kind: 'proposal.withheld' });
        else if (!kept.has(one.proposal.id)) await addProposal(store, one.proposal);
      }
      if (ports.investigator) await store.enqueue({ kind: 'investigate', id: incident.id });
      await store.enqueue({ kind: 'incident', id: incident.id });
    });
  }

  /**
   * Fresh offers replace the pending proposals of the triage before. One that offers the same action on
   * the same, unchanged target is left standing, so that a card does not change under somebody's finger.
   */
  async function keepOrSupersede(
    store: LoopStore,
    proposals: Proposal[],
    offers: Offer[],
  ): Promise<Set<string>> {
    const kept = new Set<string>();
    for (const old of proposals.filter((one) => isPending(one.state))) {
      const same = offers.find((one) => one.kind === 'proposal' && sameOffer(one.proposal, old));
      if (same?.kind === 'proposal') kept.add(same.proposal.id);
      else await supersede(store, old, 'newer findings replaced it');
    }
    return kept;
  }

  async function supersede(store: LoopStore, proposal: Proposal, why: string): Promise<void> {
    if (!(await store.moveProposal(proposal.id, 'proposed', 'superseded'))) return;
    await store.record({
      kind: 'proposal.moved',
      ...aboutProposal(proposal),
      from: 'proposed',
      to: 'superseded',
      why,
    });
  }

  async function addProposal(store: LoopStore, proposal: Proposal): Promise<void> {
    await store.addProposal(proposal);
    await store.record({
      kind: 'proposal.made',
      ...aboutProposal(proposal),
      actor: proposal.requestedBy,
      action: proposal.action,
      digest: proposal.digest,
      confidence: `${proposal.confidence.word}, ${proposal.confidence.record}`,
      rule: proposal.policyRule,
    });
    await store.enqueue(
      { kind: 'proposal', id: proposal.id },
      proposal.policyEffect === 'allow' ? 0 : settings.approvalS + 1,
    );
  }

  async function expire(store: LoopStore, id: string): Promise<void> {
    const proposal = await store.lockProposal(id);
    if (proposal?.state !== 'proposed' || (await store.now()) < proposal.expiresAt) return;
    await store.moveProposal(id, 'proposed', 'expired');
    await store.record({
      kind: 'proposal.moved',
      ...aboutProposal(proposal),
      from: 'proposed',
      to: 'expired',
      why: 'nobody decided in time',
    });
    const view = await store.view(proposal.incidentId);
    // While it still burns, the last expired proposal makes way for fresh ones.
    if (view?.incident.state === 'awaiting' && !view.proposals.some((one) => isPending(one.state))) {
      if (await store.moveIncident(view.incident, 'open', 'every proposal expired; looking again')) {
        await store.enqueue({ kind: 'incident', id: view.incident.id });
      }
    }
  }

  async function settleSuccess(proposal: Proposal): Promise<void> {
    await transaction(async (store) => {
      if (proposal.undoes) {
        const undone = await store.lockProposal(proposal.undoes);
        if (
          undone &&
          mayBecome(undone.state, 'reverted') &&
          (await store.moveProposal(undone.id, undone.state, 'reverted'))
        ) {
          const entry = { ...aboutProposal(undone), from: undone.state, to: 'reverted' as const };
          await store.record({ kind: 'proposal.moved', ...entry, why: `undone by “${proposal.title}”` });
        }
      }
      await store.enqueue({ kind: 'incident', id: proposal.incidentId });
    });
  }

  async function offerInverse(proposal: Proposal, requestedBy: string): Promise<Answer> {
    const { inverse } = proposal;
    if (!inverse) return { ok: false, text: `There is nothing that would undo “${proposal.title}”.` };
    const view = await transaction((store) => store.view(proposal.incidentId));
    if (
      view?.proposals.some(
        (one) => one.undoes === proposal.id && !['rejected', 'expired', 'superseded'].includes(one.state),
      )
    ) {
      return { ok: false, text: 'Undoing it is already proposed; look for its card in this thread.' };
    }
    const draft = {
      action: inverse,
      service: serviceOf(proposal, catalogue),
      score: 0.5,
      reasonsFor: [{ text: `it puts back what “${proposal.title}” changed`, evidenceId: null }],
      reasonsAgainst: [],
    };
    const now = await transaction((store) => store.now());
    const context = {
      incidentId: proposal.incidentId,
      alerting: [],
      rank: (view?.proposals.length ?? 0) + 1,
      requestedBy,
      undoes: proposal.id,
      now,
    };
    const made = await offer(
      draft,
      { word: 'medium', record: 'an undo; not yet calibrated' },
      context,
      { ...ports, ...settings },
      ports.world,
    );
    return transaction(async (store): Promise<Answer> => {
      if (made.kind === 'proposal') {
        await addProposal(store, made.proposal);
        return {
          ok: true,
          text: `Proposed: ${made.proposal.title}. It needs an approval like every action.`,
        };
      }
      await store.record({
        kind: 'proposal.withheld',
        incidentId: proposal.incidentId,
        actor: requestedBy,
        title: `Undo: ${proposal.title}`,
        why: made.why,
      });
      return { ok: false, text: `Undoing it is not possible now: ${made.why}` };
    });
  }

  async function watchQuiet(view: IncidentView): Promise<void> {
    await transaction(async (store) => {
      const fresh = await store.lockView(view.incident.id);
      if (fresh?.incident.state !== 'monitoring' || fresh.alerts.some((alert) => alert.status === 'firing'))
        return;
      const quiet = await store.secondsQuiet(view.incident.id);
      if (quiet < settings.quietS) {
        await store.enqueue({ kind: 'incident', id: view.incident.id }, Math.ceil(settings.quietS - quiet));
        return;
      }
      for (const one of fresh.proposals.filter((other) => isPending(other.state))) {
        await supersede(store, one, 'the incident is over');
      }
      await store.moveIncident(fresh.incident, 'resolved', `nothing has fired for ${Math.round(quiet)} s`);
      await store.enqueue({ kind: 'incident', id: view.incident.id });
    });
  }

  async function writePostmortem(view: IncidentView): Promise<void> {
    const { id } = view.incident;
    const markdown = draftPostmortem(view);
    const file = await ports.publishPostmortem(id, markdown);
    await transaction(async (store) => {
      const fresh = await store.lockView(id);
      if (!fresh || hasPostmortem(fresh)) return;
      await store.savePostmortem(id, markdown);
      await store.record({ kind: 'postmortem.drafted', incidentId: id, actor: SITREP, file });
    });
  }

  async function investigate(id: number): Promise<void> {
    const { investigator } = ports;
    const view = await transaction((store) => store.view(id));
    if (!view || !investigator) return;
    const { perIncident, perDay } = settings.modelTokens;
    const tokens = await transaction((store) => store.modelTokensLeft(id, perIncident, perDay));
    const about = { incidentId: id, actor: SITREP };
    if (tokens <= 0) {
      await transaction((store) =>
        store.record({
          kind: 'evidence.missing',
          ...about,
          what: 'The model was not asked: its token budget is used up.',
        }),
      );
      return;
    }
    const result = await investigator.investigate(view, { tokens });
    await transaction(async (store) => {
      await store.addModelCalls(id, result.calls);
      if (result.outcome === 'nothing') {
        await store.record({ kind: 'evidence.missing', ...about, what: result.why });
        return;
      }
      await store.replaceHypotheses(id, 'model', result.hypotheses);
      for (const one of result.hypotheses) {
        const cited = view.evidence
          .filter((piece) => one.evidenceFor.includes(piece.id))
          .map((piece) => piece.title);
        await store.record({ kind: 'hypothesis.raised', ...about, ...one, evidence: cited });
      }
    });
  }

  return {
    /** Takes a webhook delivery; resolves after it is committed. */
    receive: (delivery: Delivery): Promise<Receipt> => receive(delivery, settings.webhookToken, transaction),

    /** Carries out one step of durable work. */
    run,

    approve: (asked: { proposalId: string; digest: string; person: string }): Promise<Answer> =>
      transaction((store) => approve(store, asked, people)),

    reject: (asked: { proposalId: string; person: string; reason: string }): Promise<Answer> =>
      transaction((store) => reject(store, asked, people)),

    async undo({ proposalId, person }: { proposalId: string; person: string }): Promise<Answer> {
      if (!people.some((one) => one.slackId === person)) return notListed;
      const proposal = await transaction((store) => store.proposal(proposalId));
      if (!proposal || !['succeeded', 'failed', 'inconclusive'].includes(proposal.state)) {
        return { ok: false, text: 'Only an action whose check has ended can be undone.' };
      }
      return offerInverse(proposal, person);
    },

    async note({
      incidentId,
      person,
      text,
    }: {
      incidentId: number;
      person: string;
      text: string;
    }): Promise<Answer> {
      if (!text.trim())
        return { ok: false, text: 'Write the note after the incident: /sitrep note INC-1 what you saw.' };
      return transaction(async (store): Promise<Answer> => {
        if (!(await store.view(incidentId))) return noIncident;
        await store.record({ kind: 'note.added', incidentId, actor: person, text: text.trim() });
        return { ok: true, text: 'Noted.' };
      });
    },

    /** A person says that it is over: pending proposals go, the incident closes, its postmortem is written. */
    async resolve({ incidentId, person }: { incidentId: number; person: string }): Promise<Answer> {
      if (!people.some((one) => one.slackId === person)) return notListed;
      return transaction(async (store): Promise<Answer> => {
        const view = await store.lockView(incidentId);
        if (!view) return noIncident;
        if (view.incident.state === 'closed') return { ok: false, text: 'It is closed already.' };
        if (view.proposals.some((one) => isRunning(one.state))) {
          return {
            ok: false,
            text: 'An action is under way. Wait for its check, or stop it with /sitrep stop.',
          };
        }
        for (const one of view.proposals.filter((other) => isPending(other.state))) {
          await supersede(store, one, 'the incident was closed');
        }
        await store.moveIncident(view.incident, 'closed', 'closed by a person', person);
        await store.enqueue({ kind: 'incident', id: incidentId });
        return { ok: true, text: 'Closed. The postmortem draft goes to its thread.' };
      });
    },

    async stop({ person, why }: { person: string; why: string }): Promise<Answer> {
      await transaction(async (store) => {
        await store.setStopped({ by: person, why });
        await store.record({ kind: 'switch.stopped', incidentId: null, actor: person, why });
        await store.showSwitch();
      });
      return {
        ok: true,
        text: 'All actions are stopped: nothing that has not begun will begin. “/sitrep resume” allows them again.',
      };
    },

    async resume({ person }: { person: string }): Promise<Answer> {
      if (!people.some((one) => one.slackId === person && one.mayApprove)) {
        return { ok: false, text: 'Only a listed approver may allow actions again.' };
      }
      await transaction(async (store) => {
        await store.setStopped(null);
        await store.record({
          kind: 'switch.resumed',
          incidentId: null,
          actor: person,
          why: 'a person allowed them',
        });
        await store.showSwitch();
      });
      return { ok: true, text: 'Actions are allowed again. Every one still needs its approval.' };
    },
  };
}

const noIncident: Answer = { ok: false, text: 'There is no such incident; “/sitrep incidents” lists them.' };
const notListed: Answer = {
  ok: false,
  text: 'You are not listed in sitrep.yaml, so you cannot decide here.',
};

/** Whether an approved action was not carried out since the evidence was last collected. */
function wasOvertaken({ journal }: IncidentView): boolean {
  const looked = journal.findLastIndex((entry) => entry.kind === 'evidence.found');
  return journal.slice(looked + 1).some((entry) => entry.kind === 'action.refused');
}

/** Whether a draft was written since the incident was last opened. */
function hasPostmortem({ journal }: IncidentView): boolean {
  const opened = journal.findLastIndex((entry) => entry.kind === 'incident.moved' && entry.to === 'open');
  return journal.slice(opened + 1).some((entry) => entry.kind === 'postmortem.drafted');
}

function sameOffer(a: Proposal, b: Proposal): boolean {
  const { target: one, arguments: first } = a.consent;
  const { target: other, arguments: second } = b.consent;
  return (
    a.action.tool === b.action.tool &&
    // The database does not keep the order of members, so only canonical forms can be compared.
    canonicalJson(first) === canonicalJson(second) &&
    one.identity === other.identity &&
    one.observedVersion === other.observedVersion &&
    a.consent.policyVersion === b.consent.policyVersion
  );
}

function aboutProposal(proposal: Proposal) {
  return { incidentId: proposal.incidentId, actor: SITREP, proposal: proposal.id, title: proposal.title };
}

/** The service that an action is about, by its deployment. */
function serviceOf({ action }: Proposal, catalogue: ServiceCatalogue): string {
  if (!('deployment' in action.arguments)) return '';
  const { namespace, deployment } = action.arguments;
  for (const service of catalogue.values()) {
    if (service.kubernetes?.namespace === namespace && service.kubernetes.deployment === deployment)
      return service.name;
  }
  return deployment;
}
