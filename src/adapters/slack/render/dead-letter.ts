import type { DeadLetter } from '../../../incident/bulletin.ts';
import { incidentName } from '../../../incident/incident.ts';
import { inertMarkup } from '../escape.ts';
import { fit, must, optional } from './fit.ts';
import { many } from './number.ts';
import { bold, emoji, italic, lines, moment, oneLine, richText, smallPrint, SPACE, words } from './rich.ts';
import type { Block, Rendered } from './rich.ts';

const MOST = 12;

/** What Sitrep gave up, on which incidents, and what a person should do instead. */
export function renderDeadLetters(letters: DeadLetter[]): Rendered {
  const times = letters.reduce((sum, letter) => sum + letter.times, 0);
  const headline = `Sitrep gave up ${times === 1 ? 'one step of its work' : `${times} steps of its work`}: a person must look.`;
  const newestFirst = [...letters].sort((a, b) => b.lastAt.getTime() - a.lastAt.getTime());
  const rest = newestFirst.length - MOST;
  return {
    text: inertMarkup(headline),
    blocks: fit([
      ...must(richText(lines([emoji('warning'), SPACE, bold(words(headline))]))),
      ...optional(...newestFirst.slice(0, MOST).map(letterBlock)),
      ...optional(
        ...(rest > 0 ? [smallPrint(`and ${rest} more; “sitrep incidents” lists every incident.`)] : []),
      ),
      ...must(
        smallPrint(
          'No alert is lost: each is stored. Whoever reads this first says so in this thread, so that not everybody looks.',
        ),
      ),
    ]),
  };
}

function letterBlock(letter: DeadLetter): Block {
  const { gaveUp, instead } = wordsFor(letter);
  return richText(
    lines(
      [bold(words(gaveUp)), ...(letter.times > 1 ? [words(` (${many(letter.times, 'time')})`)] : [])],
      [words('Do this: '), words(instead)],
      [italic(words('The last error, ')), moment(letter.lastAt), words(': '), oneLine(letter.error, 200)],
    ),
  );
}

function wordsFor({ queue, incidentId }: DeadLetter): { gaveUp: string; instead: string } {
  const name = incidentId === null ? null : incidentName(incidentId);
  const about = name ?? 'an incident';
  const look =
    name === null ? '/sitrep status lists what is going on.' : `/sitrep why ${name} shows what is known.`;
  switch (queue) {
    case 'incident':
      return {
        gaveUp: `Working on ${about}: evidence, proposals and its state are no longer brought up to date.`,
        instead: `look after ${about} yourself. ${look}`,
      };
    case 'proposal':
      return {
        gaveUp: `Carrying out or watching a proposal of ${about}.`,
        instead: `check with your own eyes whether the action took effect, before anything is tried again. ${look}`,
      };
    case 'investigate':
      return {
        gaveUp: `Asking the model about ${about}.`,
        instead: `nothing at once: evidence and proposals come from rules and stay. ${look}`,
      };
    case 'undo':
      return {
        gaveUp: 'Offering to undo what a stop has named.',
        instead:
          'what has no card of its own is undone by hand; “/sitrep stop undo” offers anew what was under way.',
      };
    case 'placing':
      return {
        gaveUp: 'Finding a place for an alert: it is stored, and in no incident.',
        instead: 'look at Sitrep’s log for what is wrong with it; after a restart it is tried again.',
      };
    default:
      return {
        gaveUp: `A step of the kind “${queue}”${name === null ? '' : ` of ${name}`}.`,
        instead: `look at Sitrep’s log for it. ${look}`,
      };
  }
}
