import { incidentName, type Incident } from '../../../incident/incident.ts';
import { plain } from '../../../incident/text.ts';
import type { Desk, Reading } from '../desk.ts';
import { renderHelp } from '../render/help.ts';
import { renderIncidents, renderStatus } from '../render/listing.ts';
import { renderQuiet } from '../render/quiet.ts';
import { lines, richText, words, type Rendered } from '../render/rich.ts';
import { said } from '../render/said.ts';
import { renderSilences } from '../render/silences.ts';
import { renderWhy } from '../render/why.ts';
import type { Command } from './parse.ts';

/** Who asks, and the incident in whose thread they ask; null elsewhere. */
export type Asker = { person: string; here: number | null };

export type Office = { desk: Desk; reading: Reading };

const LONGEST_NOTE = 2_000;
const MOST_LISTED = 10;

/** Carries out a command and says what came of it, for the person who asked only. */
export async function answerCommand(
  { desk, reading }: Office,
  asker: Asker,
  command: Command,
): Promise<Rendered> {
  const { person } = asker;
  switch (command.name) {
    case 'help':
      return renderHelp(null);
    case 'unknown':
      return renderHelp({ typed: command.typed, nearest: command.nearest });
    case 'status':
      return renderStatus(await reading.ongoing(), await reading.awaiting(), await reading.stopped(), person);
    case 'incidents':
      return renderIncidents(await reading.latest(MOST_LISTED));
    case 'silence':
      if (!command.asked.ok) return refusal(command.asked.mistake);
      return said(await desk.silence({ person, ...command.asked.value }));
    case 'silences':
      return renderSilences(await reading.quieted());
    case 'unsilence':
      if (command.id === null)
        return refusal('Say which one: /sitrep unsilence 3. /sitrep silences lists them.');
      return said(await desk.unsilence({ person, id: command.id }));
    case 'quiet':
      return renderQuiet(await reading.quietLately());
    case 'stop':
      return said(
        await desk.stop({
          person,
          why: plain(command.why, 300),
          undoLastS: command.undoLastS,
        }),
      );
    case 'resume':
      return said(await desk.resume({ person }));
    case 'why':
      return withIncident(reading, asker, command.incident, 'latest', async (id) => {
        const view = await reading.view(id);
        return view === null ? unknownIncident(id) : renderWhy(view);
      });
    case 'postmortem':
      return withIncident(reading, asker, command.incident, 'latest', async (id) => postmortem(reading, id));
    case 'resolve':
      return withIncident(reading, asker, command.incident, 'ongoing', async (incidentId) =>
        said(await desk.resolve({ incidentId, person, ...(command.anyway ? { anyway: true } : {}) })),
      );
    case 'propose': {
      const { words, why } = command;
      if (words.length === 0) return said(await desk.propose({ person, incidentId: null, words, why }));
      return withIncident(reading, asker, command.incident, 'ongoing', async (incidentId) =>
        said(await desk.propose({ person, incidentId, words, why })),
      );
    }
    case 'note': {
      const text = plain(command.text, LONGEST_NOTE).trim();
      if (text === '')
        return refusal('Write what to note, for example: /sitrep note INC-12 restarted the cache by hand');
      return withIncident(reading, asker, command.incident, 'ongoing', async (incidentId) =>
        said(await desk.note({ incidentId, person, text })),
      );
    }
    default:
      return command satisfies never;
  }
}

/**
 * The incident that a command is about: the one that was named, the one in whose thread it was said, or the
 * only one that is going on. Where there is none, `latest` falls back on the newest one; otherwise people are asked.
 */
async function withIncident(
  reading: Reading,
  asker: Asker,
  named: number | null,
  otherwise: 'ongoing' | 'latest',
  act: (incidentId: number) => Promise<Rendered>,
): Promise<Rendered> {
  const given = named ?? asker.here;
  if (given !== null) return act(given);
  const ongoing = await reading.ongoing();
  const [only, ...others] = ongoing;
  if (only && others.length === 0) return act(only.id);
  if (ongoing.length > 1)
    return refusal(`Say which incident you mean: ${ongoing.slice(0, MOST_LISTED).map(nameOf).join(', ')}.`);
  if (otherwise === 'ongoing')
    return refusal('No incident is going on. Name the one you mean, for example INC-12.');
  const [latest] = await reading.latest(1);
  return latest ? act(latest.id) : refusal('There has been no incident yet.');
}

async function postmortem(reading: Reading, id: number): Promise<Rendered> {
  const markdown = await reading.postmortem(id);
  const name = incidentName(id);
  if (markdown === null)
    return refusal(`${name} has no postmortem draft yet. It is written when the incident is resolved.`);
  const text = `The beginning of the draft of ${name}; the whole file is in its thread.`;
  return {
    text,
    blocks: [
      richText(lines([words(text)]), {
        type: 'rich_text_preformatted',
        elements: [{ type: 'text', text: inertBlock(markdown) }],
      }),
    ],
  };
}

function inertBlock(markdown: string): string {
  return plain(markdown, 3_000) || '(empty)';
}

function nameOf(incident: Incident): string {
  return incidentName(incident.id);
}

function unknownIncident(id: number): Rendered {
  return refusal(`There is no ${incidentName(id)}. /sitrep incidents lists the latest.`);
}

function refusal(text: string): Rendered {
  return said({ ok: false, text });
}
