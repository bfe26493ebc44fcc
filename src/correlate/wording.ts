import type { Evidence } from './evidence.ts';
import type { Member } from './open-group.ts';
import type { Common } from './relation.ts';
import { rateOf, type Firing, type Rule } from './rule-history.ts';
import { counted } from '../incident/text.ts';
import { HORIZON_DAYS, MINUTE } from './weights.ts';

/** `12 s`, `7 min`, `3 h`, `2 days`. */
export function span(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(ms / MINUTE);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}

/** What the rule had done before an alert of `key` at `now`, in one sentence. `firings` are all before it. */
export function habitOf(name: string, firings: readonly Firing[], key: string, now: number): string {
  const [first] = firings;
  if (!first) return `${name} has not fired in the last ${HORIZON_DAYS} days`;
  const count = firings.length;
  const own = firings.filter((one) => one.key === key).length;
  const lasted = firings.flatMap(({ at, endedAt }) => (endedAt === null ? [] : [endedAt - at]));
  const usual = lasted.sort((a, b) => a - b)[Math.floor(lasted.length / 2)];
  const parts = [
    `${name} has fired ${times(count)} in the last ${span(now - first.at)}`,
    own === count ? '' : own === 0 ? 'never for this very thing' : `${times(own)} for this very thing`,
    usual === undefined ? '' : `usually for ${span(usual)}`,
  ];
  return parts.filter(Boolean).join(', ');
}

/** About how often a rule fires: `about every 3 h`. */
export function paceOf(rule: Rule | null, now: number): string {
  const first = rule?.firings[0];
  if (!rule || !first) return 'for the first time';
  return `about every ${span(MINUTE / rateOf(rule.firings.length, first.at, now))}`;
}

export function commonOf(common: Common): string {
  switch (common.kind) {
    case 'same alert':
      return 'it is the same alert again';
    case 'same rule':
      return 'the same rule fires elsewhere';
    case 'word':
      return `both name ${common.word}`;
    case 'dependency':
      return `${common.service} and ${common.other} depend on each other`;
    case 'learnt':
      return `${common.service} and ${common.other} have often been hit together`;
    case 'time':
      return 'it is unusual and comes at the same time';
    default:
      return common satisfies never;
  }
}

/** The parts of a sum, one a line. */
export function sumOf(evidence: Evidence, bar: number): string[] {
  const { bits, news, lasting, company } = evidence;
  return [
    `evidence ${bits.toFixed(1)} of ${bar.toFixed(1)} bits that open an incident:`,
    `  ${news.toFixed(1)} for how rarely it fires`,
    ...(lasting > 0 ? [`  ${lasting.toFixed(1)} for how long it fires`] : []),
    ...company.map(
      (one) =>
        `  half of ${one.bits.toFixed(1)} for ${one.member.name} (alert ${one.member.id}): ${commonOf(one.common)}`,
    ),
  ];
}

/** `A, B and 2 more`: what else fires, for a sentence. */
export function companyOf(company: readonly { member: Member }[]): string {
  const names = [...new Set(company.map(({ member }) => member.name))];
  const shown = names.slice(0, 2);
  if (names.length <= 2) return shown.join(' and ');
  return `${shown.join(', ')} and ${names.length - 2} more`;
}

function times(count: number): string {
  return count === 1 ? 'once' : counted(count, 'time');
}
