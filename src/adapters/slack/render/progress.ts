import type { ToolName } from '../../../incident/action.ts';
import type { JournalEntry } from '../../../incident/journal.ts';
import { isEarlierStep, stepPrefix } from '../../../incident/plan.ts';
import type { Proposal } from '../../../incident/proposal.ts';
import type { Question } from '../../../incident/question.ts';
import { passesStop } from '../../../incident/stop.ts';
import type { IncidentView } from '../../../incident/view.ts';
import { source } from './links.ts';
import { moment, oneLine, words, type Inline, SPACE } from './rich.ts';

const MOST = 6;

/** What has been done so far about an approved proposal, oldest first, and what comes next. */
export function progress(view: IncidentView, proposal: Proposal): Inline[][] {
  const next = nextStep(proposal, view.stopped !== null && !passesStop(view.stopped, proposal));
  return [...steps(view, proposal), ...(next === null ? [] : [[words(next)]])];
}

/** How each step of a plan stands, one line each; nothing before it was approved. */
export function planProgress(view: IncidentView, { lead, steps: all }: Question): Inline[][] {
  if (lead.decidedBy === null || lead.state === 'rejected') return [];
  return all.map((one, place): Inline[] => {
    const before = all[place - 1];
    const waits = one.state === 'approved' && before !== undefined && before.state !== 'succeeded';
    const next = waits ? `waiting for step ${place}` : nextStep(one, view.stopped !== null);
    const prefix = one.consent.plan ? stepPrefix(one.consent.plan) : '';
    return [
      words(prefix),
      ...(next === null
        ? [...(steps(view, one).at(-1) ?? [words(one.state)]), ...opened(view, one)]
        : [words(next)]),
    ];
  });
}

/** What came of an action: the steps without those that only led there. */
export function results(view: IncidentView, proposal: Proposal): Inline[][] {
  return steps(view, proposal, (entry) => entry.kind !== 'action.claimed' && entry.kind !== 'action.sent');
}

/** What people should go on with elsewhere, such as a pull request, with its link; nothing where a step has opened nothing. */
function opened({ journal }: IncidentView, { id, action }: Proposal): Inline[] {
  const back = journal.findLast((entry) => entry.kind === 'action.confirmed' && entry.proposal === id);
  if (back?.kind !== 'action.confirmed') return [];
  const said = linked(back.readBack, action.tool);
  return said.length > 1 ? [words('; '), ...said] : [];
}

/**
 * What was read back. The address that the tools of GitHub put at its end is a link whose words say where it leads; what
 * other servers answer stays text.
 */
function linked(readBack: string, tool: ToolName): Inline[] {
  const [, text, address] = (tool.startsWith('github.') && /^(.+): (https?:\/\/\S+)$/.exec(readBack)) || [];
  const link = address === undefined ? [] : source(address);
  return text === undefined || link.length < 2 ? [oneLine(readBack, 200)] : [oneLine(text, 200), ...link];
}

function steps(
  view: IncidentView,
  proposal: Proposal,
  wanted = (_entry: JournalEntry): boolean => true,
): Inline[][] {
  const all = view.journal.flatMap((entry) => {
    if (!('proposal' in entry) || entry.proposal !== proposal.id || !wanted(entry)) return [];
    const said = step(entry, proposal.action.tool);
    return said ? [[moment(entry.at), SPACE, ...said]] : [];
  });
  return all.slice(-MOST);
}

function step(entry: JournalEntry, tool: ToolName): Inline[] | null {
  switch (entry.kind) {
    case 'action.held':
      return [words('held back until it may run or its approval expires: '), oneLine(entry.why, 200)];
    case 'action.claimed':
      return [words('started')];
    case 'action.sent':
      return [words('sent: '), oneLine(entry.request, 200)];
    case 'action.confirmed':
      return [words('confirmed by reading back: '), ...linked(entry.readBack, tool)];
    case 'action.unknown':
      return [words('outcome unknown, a person must look: '), oneLine(entry.why, 200)];
    case 'action.refused':
      return [words('not carried out: '), oneLine(entry.why, 200)];
    case 'verification.ended':
      return [words(`verification ${entry.outcome}: `), oneLine(entry.why, 200)];
    default:
      return null;
  }
}

function nextStep(proposal: Proposal, stopped: boolean): string | null {
  switch (proposal.state) {
    case 'approved':
      return stopped ? 'waiting: all actions are stopped' : 'waiting to be carried out';
    case 'claimed':
      return 'being carried out';
    case 'sent':
      return 'sent, reading back';
    case 'confirmed':
    case 'verifying':
      return `watching for up to ${proposal.consent.predicate.withinS} s whether it ${isEarlierStep(proposal) ? 'settles' : 'helps'}`;
    case 'reverted':
      return 'undone';
    default:
      return null;
  }
}
