import type { types } from '@slack/bolt';
import type { Incident } from '../../../incident/incident.ts';
import type { Stopped } from '../../../incident/stop.ts';
import { safeUrl } from './links.ts';
import { awaitingLine, awaits, incidentLine, switchLine, type Awaiting } from './listing.ts';
import { sizeOf } from './fit.ts';
import { bold, lines, richText, smallPrint, words, type Block, type Inline } from './rich.ts';

export type HomeContents = {
  person: string;
  ongoing: Incident[];
  awaiting: Awaiting[];
  stopped: Stopped | null;
  /** The addresses of threads by incident, as far as Slack gave them. */
  threads: ReadonlyMap<number, string>;
};

const MOST_LISTED = 15;
const MOST_CHARACTERS = 12_500;

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
        mine.map((item) => [...awaitingLine(item), ...thread(contents, item.incident)]),
      ),
      ...section(
        'Going on',
        'No incident is going on.',
        ongoing.map((incident) => [...incidentLine(incident), ...thread(contents, incident)]),
      ),
      smallPrint('/sitrep help says what else Sitrep understands.'),
    ],
  };
}

function section(title: string, empty: string, items: Inline[][]): Block[] {
  const shown: Block[] = [];
  for (const item of items.slice(0, MOST_LISTED)) {
    const block = richText(lines(item));
    if (sizeOf([...shown, block]) > MOST_CHARACTERS / 2) break;
    shown.push(block);
  }
  const rest = items.length - shown.length;
  return [
    { type: 'header', text: { type: 'plain_text', text: title } },
    ...(items.length === 0 ? [richText(lines([words(empty)]))] : shown),
    ...(rest > 0 ? [richText(lines([bold(words(`and ${rest} more`))]))] : []),
  ];
}

function thread({ threads }: HomeContents, incident: Incident): Inline[] {
  const url = safeUrl(threads.get(incident.id) ?? null);
  return url ? [words(' · '), { type: 'link', url: url.href, text: 'Open the thread' }] : [];
}
