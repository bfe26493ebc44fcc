import { configuredTools } from '../act/configured.ts';
import type { Answer } from '../decide/decide.ts';
import { exampleOf } from '../incident/action-examples.ts';
import { canonicalJson } from '../incident/canonical.ts';
import type { Parsed } from '../incident/matcher.ts';
import { incidentName, isOngoing } from '../incident/incident.ts';
import { mayDecide } from '../incident/person.ts';
import { isPending } from '../incident/proposal.ts';
import { isLead, questionAmong, questionOf } from '../incident/question.ts';
import { declaresTarget, targetServices } from '../incident/target-services.ts';
import { joined, plain } from '../incident/text.ts';
import type { IncidentView } from '../incident/view.ts';
import { readTypedAction, usageOf, type TypedAction } from '../incident/typed-action.ts';
import type { Draft } from '../propose/draft.ts';
import type { Fresh } from './freeze.ts';
import { offerSteps, type Offered } from './offer-steps.ts';
import type { LoopPorts } from './ports.ts';
import { whyNobodyElse } from './nobody-else.ts';
import { addQuestion } from './proposals.ts';
import { replaceable, takeReplaced } from './replacing.ts';
import { keptRevisions } from './kept-revisions.ts';
import { unknownTarget } from './unknown-target.ts';

/** What somebody asks for by hand: the words of the action, and why. Without words the tools are listed. */
export type AskedAction = {
  person: string;
  incidentId: number | null;
  words: readonly string[];
  why: string;
};

const LONGEST_WHY = 300;
/** Before what Sitrep found: somebody waits for it. */
const FIRST = 0;

/**
 * Proposes an action that a person asks for. Everything else is as for what Sitrep finds itself: the catalogue, the dry
 * run, the policy, the card and the bounds on questions; but it never runs by itself, and whoever asked cannot approve it.
 */
export async function ask(ports: LoopPorts, asked: AskedAction): Promise<Answer> {
  const { person, incidentId, words } = asked;
  if (words.length === 0) return { ok: true, text: tools(ports) };
  if (!mayDecide(ports.people, person))
    return no('You are not listed in sitrep.yaml, so you cannot ask for an action here.');
  const wanted: Wanted[] = [];
  for (const [place, one] of partsOf(words).entries()) {
    const read = readOne(ports, one);
    if (!read.ok) {
      const at = place > 0 ? `After “then” number ${place}: ` : '';
      return no(`${at}${read.mistake}${await keptRevisions(ports, one)}`);
    }
    wanted.push(read.value);
  }
  if (incidentId === null)
    return no(
      'Say for which incident, for example: /sitrep propose INC-12 … “/sitrep incidents” lists the latest.',
    );
  const view = await ports.transaction((store) => store.view(incidentId));
  if (!view) return no(`There is no ${incidentName(incidentId)}.`);
  if (!isOngoing(view.incident.state)) return no(`${incidentName(incidentId)} is ${view.incident.state}.`);
  const made = await prepare(ports, asked, wanted, view);
  if (made.kind === 'withheld') return no(`It cannot be proposed now: ${made.why}`);
  const lone = whyNobodyElse(made.steps[0], ports.people);
  return lone === null ? put(ports, made.steps) : no(lone);
}

/** The words of each action; “then” stands between those of a plan. */
function partsOf(words: readonly string[]): string[][] {
  const parts: string[][] = [[]];
  for (const word of words) {
    if (/^then$/iu.test(word)) parts.push([]);
    else parts.at(-1)?.push(word);
  }
  return parts;
}

type Wanted = Pick<Draft, 'action' | 'service'>;

function readOne(ports: LoopPorts, words: readonly string[]): Parsed<Wanted> {
  const typed = readTypedAction(words);
  if (!typed.ok) return typed;
  const found = serviceOf(ports, typed.value);
  return 'mistake' in found
    ? { ok: false, mistake: found.mistake }
    : { ok: true, value: { action: typed.value.action, service: found.service } };
}

async function prepare(
  ports: LoopPorts,
  { person, why }: AskedAction,
  wanted: readonly Wanted[],
  { incident, alerts, evidence }: IncidentView,
): Promise<Offered> {
  const reason = plain(why, LONGEST_WHY).trim();
  const name = ports.people.find((one) => one.slackId === person)?.name ?? person;
  const text = `asked for by ${name}${reason === '' ? '' : `: ${reason}`}`;
  const { now, learnt } = await ports.transaction(async (store) => ({
    now: await store.now(),
    learnt: await store.learnt('fix'),
  }));
  const drafts = wanted.map((one): Draft => {
    const reasons = { reasonsFor: [{ text, evidenceId: null }], reasonsAgainst: [] };
    return { ...one, score: 0.5, ...reasons, byHand: true };
  });
  const context = {
    incidentId: incident.id,
    alerting: incident.services,
    firing: alerts.filter((alert) => alert.status === 'firing'),
    rank: FIRST,
    requestedBy: person,
    now,
  };
  return offerSteps(ports, drafts, context, { evidence, learnt });
}

/** Puts it before people, unless it waits for them already or the incident is over by now. */
function put(ports: LoopPorts, steps: readonly [Fresh, ...Fresh[]]): Promise<Answer> {
  const { lead, title } = questionOf(steps);
  return ports.transaction(async (store): Promise<Answer> => {
    const fresh = await store.lockView(lead.incidentId);
    if (!fresh || !isOngoing(fresh.incident.state)) return no('The incident is over by now.');
    const wanted = canonicalJson(steps.map((one) => one.action));
    const same = fresh.proposals
      .filter((one) => isPending(one.state) && isLead(one))
      .map((one) => questionAmong(fresh.proposals, one))
      .find((one) => canonicalJson(one.steps.map(({ action }) => action)) === wanted);
    if (same)
      return no(
        `“${same.title}” waits for people already: its card is in the thread, or comes when one of the others is decided.`,
      );
    const before = replaceable(fresh.journal, fresh.proposals, []);
    const held = await addQuestion(ports, store, steps, (one) => takeReplaced(before, one));
    if (held !== null) return no(`${held}. Decide about one of them first, then ask again.`);
    const text = `Proposed: ${title}. Its card is in the thread; somebody else must approve it.`;
    return { ok: true, text };
  });
}

/**
 * The service that an action is about. Where its target is declared, nobody can say otherwise, because rules of the policy
 * may depend on it.
 */
function serviceOf(
  { catalogue }: LoopPorts,
  { action, service: said }: TypedAction,
): { service: string } | { mistake: string } {
  if (said !== null && !catalogue.has(said))
    return {
      mistake: `sitrep.yaml declares no service “${plain(said, 60)}”, only ${joined([...catalogue.keys()])}.`,
    };
  const declared = targetServices(catalogue, action);
  const [only, ...others] = declared ?? [];
  if (only !== undefined && said !== null && !declared?.includes(said))
    return { mistake: `Its target belongs to ${joined(declared ?? [])}, not to ${said}.` };
  const service = said === null ? undefined : catalogue.get(said);
  if (service && only === undefined && declaresTarget(service, action))
    return {
      mistake: `${service.name} has a target of its own, and this is another. ${unknownTarget(catalogue, action)} If it is right, declare the service that it belongs to in sitrep.yaml.`,
    };
  if (said !== null) return { service: said };
  if (others.length > 0)
    return {
      mistake: `Say which service it is about, as its target belongs to several: service=${declared?.join(' or service=')}`,
    };
  if (only === undefined && declared !== null)
    return {
      mistake: `${unknownTarget(catalogue, action)} If it is right, say which service it is about: service=NAME`,
    };
  return { service: only ?? '' };
}

function tools({ world }: LoopPorts): string {
  const names = configuredTools(world);
  const [first] = names;
  if (first === undefined) return 'No tool is configured here: Sitrep has no system that it could act on.';
  return [
    'What can be asked for here:',
    ...names.map((name) => `${name} ${usageOf(name)}`),
    `For example: /sitrep propose INC-12 ${first} ${exampleOf(first)} -- why`,
    'Several, one after another as one plan: put “then” between them.',
  ].join('\n');
}

function no(text: string): Answer {
  return { ok: false, text };
}
