import { matchesAll, namesCritical, namesSecurity } from '../incident/hushed.ts';
import type { NewEntry } from '../incident/journal.ts';
import type { Matchable } from '../incident/matcher.ts';
import { checkSilence, conditions, type Silence, type SilenceRequest } from '../incident/silence.ts';
import { counted } from '../incident/text.ts';
import { utc } from '../incident/utc.ts';

export interface SilenceStore {
  addSilence(asked: SilenceRequest, by: string): Promise<Silence>;
  /** Null where it does not go on. */
  endSilence(id: number, by: string): Promise<Silence | null>;
  firingNow(limit: number): Promise<Matchable[]>;
  record(entry: NewEntry): Promise<void>;
}

type Answer = { ok: boolean; text: string };

/** How the person who asked would end it and ask for more, in the words of the place where they asked. */
export type Speech = { end: (id: number) => string; list: string; critical: string };

// Enough to tell a wrong spelling from a right one; nobody counts beyond it by eye.
const MOST_COMPARED = 5000;

/** Adds a silence, on record, and says what it will do and what it will not. */
export async function addSilence(
  store: SilenceStore,
  asked: SilenceRequest,
  by: string,
  speech: Speech,
): Promise<Answer> {
  const checked = checkSilence(asked);
  if (!checked.ok) return { ok: false, text: checked.mistake };
  const silence = await store.addSilence(checked.value, by);
  await store.record({
    kind: 'silence.added',
    incidentId: null,
    actor: by,
    silence: silence.id,
    conditions: conditions(silence.matchers),
    until: silence.endsAt.toISOString(),
    critical: namesCritical(silence),
    why: silence.why,
  });
  return { ok: true, text: added(silence, await store.firingNow(MOST_COMPARED), speech) };
}

/** Ends a silence before its time, on record. */
export async function endSilence(
  store: SilenceStore,
  id: number,
  by: string,
  speech: Speech,
): Promise<Answer> {
  const silence = await store.endSilence(id, by);
  if (!silence)
    return { ok: false, text: `No silence ${id} is in force; “${speech.list}” lists those that are.` };
  const what = conditions(silence.matchers);
  await store.record({ kind: 'silence.ended', incidentId: null, actor: by, silence: id, conditions: what });
  return {
    ok: true,
    text: `Silence ${id} (${what}) has ended. Alerts that it hushed and that still fire come up within a minute or two.`,
  };
}

function added(silence: Silence, firing: readonly Matchable[], speech: Speech): string {
  const spared = [
    ...(namesCritical(silence) ? [] : ['critical alerts']),
    ...(namesSecurity(silence.matchers) ? [] : ['security signals']),
  ];
  const hint = namesCritical(silence) ? '' : ` (add ${speech.critical} to hush critical ones too)`;
  return [
    `Silence ${silence.id} is in force until ${utc(silence.endsAt)}: ${conditions(silence.matchers)}.`,
    spared.length > 0 ? `Still coming through: ${spared.join(' and ')}${hint}.` : '',
    matched(silence, firing),
    'What it hushes is counted in the digest and listed by “/sitrep quiet”, and comes up when the silence ends and it still fires.',
    `“${speech.end(silence.id)}” ends it early.`,
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

/** How it holds against what fires now: the best sign that the conditions were typed right. */
function matched(silence: Silence, firing: readonly Matchable[]): string {
  const meant = firing.filter((alert) => matchesAll(silence.matchers, alert));
  if (meant.length === 0)
    return 'No alert that fires now fits: if you expected one, check the spelling (upper and lower case differ).';
  const critical = namesCritical(silence) ? 0 : meant.filter((one) => one.severity === 'critical').length;
  return `It fits ${counted(meant.length, 'alert')} that ${meant.length === 1 ? 'fires' : 'fire'} now${critical > 0 ? `, ${critical} of them critical` : ''}; those that are in an incident already stay there.`;
}
