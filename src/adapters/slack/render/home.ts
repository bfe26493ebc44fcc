import type { types } from '@slack/bolt';
import type { HeldBack } from '../../../incident/held-back.ts';
import { incidentName, type Incident } from '../../../incident/incident.ts';
import type { Stopped } from '../../../incident/stop.ts';
import { counted, joined } from '../../../incident/text.ts';
import { safeUrl } from './links.ts';
import { awaitingLine, awaits, incidentLine, switchLine, type Awaiting } from './listing.ts';
import { sizeOf } from './fit.ts';
import { bold, lines, oneLine, richText, smallPrint, words, type Block, type Inline } from './rich.ts';

export type HomeContents = {
  person: string;
  ongoing: Incident[];
  awaiting: Awaiting[];
  /** What people are not asked now, by incident. */
  held: ReadonlyMap<number, HeldBack>;
  stopped: Stopped | null;
  /** The addresses of threads by incident, as far as Slack gave them. */
  threads: ReadonlyMap<number, string>;
};

const MOST_LISTED = 15;
const MOST_NAMED = 20;
/** Of what is listed; the headings, and what there was no room for, come on top. */
const MOST_CHARACTERS = 12_000;

/** One line about an incident. */
type Item = { about: Incident; line: Inline[] };

/** The App Home: what awaits this person, what is going on, and whether actions are allowed. */
export function renderHome(contents: HomeContents): types.HomeView {
  const { person, ongoing, stopped } = contents;
  const mine = contents.awaiting.filter((item) => awaits(item.proposal, person));
  return {
    type: 'home',
    blocks: [
      richText(lines(switchLine(stopped))),
      ...section(
        'Awaiting you',
        'Nothing awaits your decision.',
        mine.map((item) => ({
          about: item.incident,
          line: [...awaitingLine(item), ...thread(contents, item.incident)],
        })),
      ),
      ...heldBackTotal(contents),
      ...section(
        'Going on',
        'No incident is going on.',
        ongoing.map((incident) => ({
          about: incident,
          line: [
            ...incidentLine(incident),
            ...heldBackHere(contents, incident),
            ...thread(contents, incident),
          ],
        })),
      ),
      smallPrint('/sitrep help says what else Sitrep understands.'),
    ],
  };
}

function section(title: string, empty: string, items: Item[]): Block[] {
  const shown: Block[] = [];
  for (const item of items.slice(0, MOST_LISTED)) {
    const block = richText(lines(item.line));
    if (sizeOf([...shown, block]) > MOST_CHARACTERS / 2) break;
    shown.push(block);
  }
  const rest = items.slice(shown.length);
  return [
    { type: 'header', text: { type: 'plain_text', text: title } },
    ...(items.length === 0 ? [richText(lines([words(empty)]))] : shown),
    ...notShown(rest),
  ];
}

/** What there was no room for, by its names, and how to see it. */
function notShown(rest: Item[]): Block[] {
  const [first] = rest;
  if (!first) return [];
  const names = [...new Set(rest.map(({ about }) => incidentName(about.id)))];
  const others = names.length - MOST_NAMED;
  const named = joined([...names.slice(0, MOST_NAMED), ...(others > 0 ? [counted(others, 'other')] : [])]);
  const how = `: ${named}. “/sitrep why ${incidentName(first.about.id)}” tells of one; its cards are in its thread.`;
  return [richText(lines([bold(words(`and ${rest.length} more`)), words(how)]))];
}

/** Nothing is missing in silence: what nobody is asked now is counted, also where nothing awaits this person. */
function heldBackTotal({ held }: HomeContents): Block[] {
  if (held.size === 0) return [];
  const count = [...held.values()].reduce((sum, one) => sum + one.count, 0);
  const fixes = counted(count, 'more fix is', 'more fixes are');
  return [smallPrint(`${fixes} held back, so that nobody is asked too much. Below it says where and why.`)];
}

function heldBackHere({ held }: HomeContents, { id }: Incident): Inline[] {
  const here = held.get(id);
  if (!here) return [];
  return [words(` · ${counted(here.count, 'fix', 'fixes')} held back: `), oneLine(here.why, 200)];
}

function thread({ threads }: HomeContents, incident: Incident): Inline[] {
  const url = safeUrl(threads.get(incident.id) ?? null);
  return url ? [words(' · '), { type: 'link', url: url.href, text: 'Open the thread' }] : [];
}
