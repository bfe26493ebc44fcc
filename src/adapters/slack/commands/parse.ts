import { parseIncidentName } from '../../../incident/incident.ts';
import { nearest } from '../../../incident/nearest.ts';
import { parseUndoLast } from '../../../incident/undo-order.ts';
import { unescapeSlack } from '../escape.ts';
import { readPropose, type AskedAction } from './propose.ts';
import { readSilence, type AskedSilence } from './silence.ts';

const NAMES = [
  'help',
  'status',
  'incidents',
  'quiet',
  'why',
  'note',
  'propose',
  'resolve',
  'postmortem',
  'silence',
  'silences',
  'unsilence',
  'stop',
  'resume',
] as const;

export type CommandName = (typeof NAMES)[number];

/** What somebody typed after `/sitrep` or after a mention. `incident` is null where none was named. */
export type Command =
  | { name: 'help' | 'status' | 'incidents' | 'quiet' | 'silences' | 'resume' }
  | { name: 'why' | 'postmortem'; incident: number | null }
  | { name: 'resolve'; incident: number | null; anyway: boolean }
  | { name: 'note'; incident: number | null; text: string }
  | ({ name: 'propose' } & AskedAction)
  | { name: 'silence'; asked: AskedSilence }
  | { name: 'unsilence'; id: number | null }
  | { name: 'stop'; why: string; undoLastS: number | null }
  | { name: 'unknown'; typed: string; nearest: CommandName | null };

/** Reads a command. Never throws; what it does not know is `unknown`, with the command that was perhaps meant. */
export function parseCommand(text: string): Command {
  const { first: typed, rest } = splitFirst(unescapeSlack(text));
  const name = typed.toLowerCase();
  switch (name) {
    case '':
    case 'help':
      return { name: 'help' };
    case 'status':
    case 'incidents':
    case 'silences':
    case 'quiet':
    case 'resume':
      return { name };
    case 'silence':
      return { name, asked: readSilence(rest) };
    case 'unsilence':
      return { name, id: numberOf(rest) };
    case 'resolve': {
      const anyway = /(?:^|\s)anyway$/i.test(rest);
      return { name, incident: parseIncidentName(splitFirst(rest).first), anyway };
    }
    case 'why':
    case 'postmortem':
      return { name, incident: parseIncidentName(splitFirst(rest).first) };
    case 'note':
      return { name, ...noteOf(rest) };
    case 'propose':
      return { name, ...readPropose(rest) };
    case 'stop':
      return { name, ...stopOf(rest) };
    default:
      return { name: 'unknown', typed, nearest: nearest(name, NAMES) };
  }
}

/** Only `INC-12` names the incident of a note: `note 3 pods left` must keep its number. */
function noteOf(rest: string): { incident: number | null; text: string } {
  const { first, rest: text } = splitFirst(rest);
  const incident = /^inc-/i.test(first) ? parseIncidentName(first) : null;
  return incident === null ? { incident, text: rest } : { incident, text };
}

/** `stop undo 15m too risky`; without a time only what is under way is meant. */
function stopOf(text: string): { why: string; undoLastS: number | null } {
  const { first, rest } = splitFirst(text);
  if (first.toLowerCase() !== 'undo') return { why: text, undoLastS: null };
  const { first: time, rest: why } = splitFirst(rest);
  const undoLastS = parseUndoLast(time);
  return undoLastS === null ? { why: rest, undoLastS: 0 } : { why, undoLastS };
}

function numberOf(text: string): number | null {
  const [, digits] = /^#?(\d{1,9})$/u.exec(text) ?? [];
  return digits === undefined ? null : Number(digits);
}

function splitFirst(text: string): { first: string; rest: string } {
  const trimmed = text.trim();
  const end = trimmed.search(/\s/);
  return end === -1
    ? { first: trimmed, rest: '' }
    : { first: trimmed.slice(0, end), rest: trimmed.slice(end).trim() };
}
