import type { QuietReport, QuietRule } from '../../../incident/bulletin.ts';
import { inertMarkup } from '../escape.ts';
import { fit, must, optional, type Part } from './fit.ts';
import { many, number } from './number.ts';
import { bold, bullets, emoji, lines, moment, oneLine, richText, smallPrint, SPACE, words } from './rich.ts';
import type { Inline, Rendered } from './rich.ts';

const MOST_REASONS = 8;
/** Items of one list; each list is left out whole where a message has no room for it. */
const LIST = 5;

/** The answer to “what was kept quiet?”. */
export function renderQuiet(report: QuietReport): Rendered {
  const { quiet } = report.alerts;
  const text =
    quiet === 0
      ? 'Nothing was kept quiet in the last 24 hours: every alert is in an incident.'
      : `Kept quiet in the last 24 hours: ${many(quiet, 'alert')}. None of them was thrown away.`;
  return {
    text: inertMarkup(text),
    blocks: fit([...must(richText(lines([bold(words(text))]))), ...quietParts(report)]),
  };
}

/** How the counts add up, why alerts were kept quiet, and which. */
export function quietParts(report: QuietReport): Part[] {
  return [
    ...must(richText(lines([words(sumOf(report))]))),
    ...must(...reasons(report)),
    ...optional(...rules(report.rules)),
  ];
}

function sumOf({ alerts }: QuietReport): string {
  const unplaced = alerts.unplaced > 0 ? ` + ${number(alerts.unplaced)} not placed yet` : '';
  return `${many(alerts.total, 'alert')} came in = ${number(alerts.inIncidents)} in incidents + ${number(alerts.quiet)} kept quiet${unplaced}.`;
}

function reasons({ reasons: all }: QuietReport) {
  if (all.length === 0) return [];
  const shown = all.slice(0, MOST_REASONS);
  const others = all.slice(MOST_REASONS).reduce((sum, one) => sum + one.count, 0);
  const items = shown.map(({ reason, count }): Inline[] => [
    bold(words(number(count))),
    SPACE,
    oneLine(reason.replaceAll('-', ' '), 80),
  ]);
  if (others > 0) items.push([bold(words(number(others))), words(' for other reasons')]);
  return [richText(lines([bold(words('Why'))]), bullets(items))];
}

function rules(all: QuietRule[]) {
  const lists = [];
  for (let at = 0; at < all.length; at += LIST) {
    const items = all
      .slice(at, at + LIST)
      .map((rule): Inline[] => [
        bold(oneLine(rule.name, 80)),
        ...(rule.service === null ? [] : [words(' in '), oneLine(rule.service, 60)]),
        words(`: ${number(rule.count)}, last `),
        moment(rule.lastAt),
        words(' – '),
        oneLine(rule.why, 160),
      ]);
    lists.push(
      richText(...(at === 0 ? [lines([bold(words('Which, most frequent first'))])] : []), bullets(items)),
    );
  }
  return lists;
}

/** The message of the day about what was kept quiet. */
export function renderDigest(report: QuietReport): Rendered {
  const text = `Kept quiet since yesterday: ${many(report.alerts.quiet, 'alert')}.`;
  return {
    text: inertMarkup(text),
    blocks: fit([
      ...must(
        richText(
          lines(
            [
              emoji('mute'),
              SPACE,
              bold(words(text)),
              words(' Nothing to do, unless one of them should have woken you.'),
            ],
            [words('From '), moment(report.from), words(' to '), moment(report.to), words('.')],
          ),
        ),
      ),
      ...quietParts(report),
      ...must(
        smallPrint(
          '/sitrep quiet lists the last 24 hours at any time. If something here should have been an incident, change or end the silence or window that is named, or the rules in sitrep.yaml.',
        ),
      ),
    ]),
  };
}
