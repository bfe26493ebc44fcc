import type { CommandName } from '../commands/parse.ts';
import { inertLine } from '../escape.ts';
import { bold, bullets, lines, richText, words, type Inline, type Rendered } from './rich.ts';

const COMMANDS: [string, string][] = [
  ['status', 'what is going on, what awaits a decision, and whether actions are allowed'],
  ['incidents', 'the latest incidents'],
  ['quiet', 'what was kept quiet in the last 24 hours, and why'],
  ['why [INC-12]', 'the likely cause, the evidence and the proposals'],
  ['note [INC-12] text', 'write something into the record of an incident'],
  ['resolve [INC-12] [anyway]', 'say that an incident is over; anyway, while its alerts still fire'],
  ['postmortem [INC-12]', 'the draft of its postmortem'],
  ['propose', 'the actions that you can ask for here, with their arguments'],
  [
    'propose [INC-12] tool name=value … [-- why]',
    'ask for an action by hand; somebody else approves it on its card',
  ],
  [
    'silence RuleName or label=value 2h why',
    'keep such alerts quiet for a while; critical ones too with --critical',
  ],
  ['silences', 'what is silenced, until when, by whom and why'],
  ['unsilence 3', 'end a silence early'],
  ['stop [reason]', 'stop all actions, now, and offer to undo what has begun'],
  ['stop undo [reason]', 'the same, and undoing that may be approved while all else is stopped'],
  ['stop undo 15m [reason]', 'and undoing what ran by itself in these minutes'],
  ['resume', 'allow actions again'],
];

/** What one can say to Sitrep; `typed` is a word that it did not understand. */
export function renderHelp(unknown: { typed: string; nearest: CommandName | null } | null): Rendered {
  const beginning = unknown === null ? null : notUnderstood(unknown);
  const items = COMMANDS.map(([usage, does]): Inline[] => [
    bold(words(`/sitrep ${usage}`)),
    words(` – ${does}`),
  ]);
  return {
    text: beginning ?? 'What Sitrep understands',
    blocks: [
      richText(
        lines(beginning === null ? [] : [words(beginning)], [words('Sitrep understands:')]),
        bullets(items),
        lines([
          words(
            'Without INC-12 the only ongoing incident is meant. In a thread, where Slack has no slash commands, mention Sitrep with the same words.',
          ),
        ]),
      ),
    ],
  };
}

function notUnderstood({ typed, nearest }: { typed: string; nearest: CommandName | null }): string {
  const guess = nearest === null ? '' : ` Did you mean ${nearest}?`;
  return `I do not know “${inertLine(typed, 40).replace(/[^\p{L}\p{N} -]/gu, '·')}”.${guess}`;
}
