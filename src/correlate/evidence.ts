import { lastingOf } from './news.ts';
import { alone, type Member } from './open-group.ts';
import type { QuietAlerts } from './quiet-alerts.ts';
import { relate, type Common } from './relation.ts';
import type { RuleHistory } from './rule-history.ts';
import type { ServiceLink } from './service-links.ts';
import { COMPANY, COMPANY_COUNTED, LASTING, LASTING_LIMIT } from './weights.ts';
import type { WordCounts } from './word-counts.ts';

/** What speaks for an incident, in bits; it opens one from the bar on. */
export type Evidence = {
  bits: number;
  /** How rare the alert is, and how unusually long it fires. */
  news: number;
  lasting: number;
  /** Other alerts of the last minutes that go with it, the strongest first. */
  company: Company[];
};

type Company = { member: Member; bits: number; common: Common };

// Below this, even firing for unusually long does not make an alert company.
const NOT_AT_ALL = -LASTING * LASTING_LIMIT;

/** Adds up what speaks for an incident around a quiet alert; of each rule only the alert that says most counts. */
export function evidenceFor(
  alert: Member,
  now: number,
  known: { rules: RuleHistory; words: WordCounts; links: readonly ServiceLink[]; quiet: QuietAlerts },
): Evidence {
  const self = alone(alert);
  const strongest = new Map<string, Company>();
  for (const member of known.quiet.around(alert, now)) {
    const { rule, key } = member.features;
    if (key === alert.features.key) continue;
    const { bits, common } = relate(member, self, member.at, known);
    if (bits > (strongest.get(rule)?.bits ?? NOT_AT_ALL)) strongest.set(rule, { member, bits, common });
  }
  const byBits = (a: Company, b: Company) => b.bits - a.bits || a.member.id - b.member.id;
  const company = [...strongest.values()]
    .sort(byBits)
    .slice(0, 2 * COMPANY_COUNTED)
    .map((one) => ({
      ...one,
      bits: one.bits + lastingOf(known.rules.rule(one.member.features.rule, now), one.member, now),
    }))
    .filter(({ bits }) => bits > 0)
    .sort(byBits)
    .slice(0, COMPANY_COUNTED);
  const lasting = lastingOf(known.rules.rule(alert.features.rule, now), alert, now);
  const together = company.reduce((sum, one) => sum + one.bits, 0);
  return { bits: alert.news + lasting + COMPANY * together, news: alert.news, lasting, company };
}
