import { addSilence, endSilence, type Speech } from '../correlate/silences.ts';
import { namesCritical } from '../incident/hushed.ts';
import { utc } from '../incident/utc.ts';
import { parseMatcher } from '../incident/matcher.ts';
import { conditions, parseDuration } from '../incident/silence.ts';
import { author } from './author.ts';
import { withStore } from './with-store.ts';

const SPEECH: Speech = {
  end: (id) => `sitrep silence end ${id}`,
  list: 'sitrep silence list',
  critical: '--critical',
};

/** Adds a silence. Fails with what to write instead. */
export async function addCommand(
  texts: string[],
  options: { for: string; why: string; critical: boolean },
): Promise<void> {
  const matchers = texts.map((text) => {
    const parsed = parseMatcher(text);
    if (!parsed.ok) throw new Error(parsed.mistake);
    return parsed.value;
  });
  const asked = {
    matchers,
    minutes: parseDuration(options.for) ?? 0,
    why: options.why,
    critical: options.critical,
  };
  tell(
    await withStore(({ transaction }) => transaction((store) => addSilence(store, asked, author(), SPEECH))),
  );
}

export async function endCommand(number: string): Promise<void> {
  if (!/^\d{1,9}$/u.test(number)) {
    throw new Error(`“${number}” is no number of a silence. “sitrep silence list” shows the numbers.`);
  }
  const id = Number(number);
  tell(await withStore(({ transaction }) => transaction((store) => endSilence(store, id, author(), SPEECH))));
}

/** Prints the silences in force, the one that ends first first. */
export async function listCommand(json: boolean): Promise<void> {
  const silences = await withStore(({ transaction }) =>
    transaction(async (store) => store.activeSilences(await store.now())),
  );
  if (json) return console.log(JSON.stringify(silences));
  if (silences.length === 0) console.log('Nothing is silenced.');
  for (const one of silences) {
    console.log(
      `${String(one.id).padStart(4)}  until ${utc(one.endsAt)}  ${conditions(one.matchers)}${namesCritical(one) ? ' (critical too)' : ''}  ${one.why}  [${one.createdBy}]`,
    );
  }
  return undefined;
}

function tell(answer: { ok: boolean; text: string }): void {
  if (!answer.ok) throw new Error(answer.text);
  console.log(answer.text);
}
