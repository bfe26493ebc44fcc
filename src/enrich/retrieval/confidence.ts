import type { ConfidenceModel, Features } from '../../incident/confidence-model.ts';
import type { Asked } from './asked.ts';
import { nameTerms, type Scored } from './score.ts';
import { rarity, type Statistics } from './search-index.ts';
import { synonymsOf } from './synonyms.ts';

export const RUNBOOK_CONFIDENCE: ConfidenceModel = {
  bias: -3,
  weights: { covered: 2.1, passage: 1.7, named: 1.2, margin: 3, known: 1.3, agreement: 0.2, reference: 3 },
};

export function confidenceFeatures(
  scored: readonly { one: Scored; score: number }[],
  asked: Asked,
  statistics: Pick<Statistics, 'frequency' | 'documents'>,
): Features {
  const [first, second] = scored;
  if (!first) return {};
  const { frequency, documents } = statistics;
  const { signals, candidate, best, whole } = first.one;
  const share = (x: number) => (asked.mass > 0 ? x / asked.mass : 0);
  let known = 0,
    names = 0,
    heading = 0,
    body = 0,
    exact = 0,
    docCov = 0;
  const top = [...asked.terms].sort((a, b) => b.worth - a.worth);
  const passage = candidate.passages.find((p) => p.position === first.one.passage);
  const has = (c: ReadonlyMap<string, number> | undefined, t: string) => !!c && (c.has(t) || false);
  const hasSyn = (c: ReadonlyMap<string, number> | undefined, t: string) =>
    !!c && (c.has(t) || synonymsOf(t).some((s) => c.has(s)));
  let two = 0,
    k = 0,
    got3 = 0,
    got5 = 0;
  for (const { term, worth, slot } of top) {
    if ((frequency.get(term)?.documents ?? 0) > 0) known += worth;
    const inName =
      hasSyn(candidate.counts.file, term) ||
      hasSyn(candidate.counts.title, term) ||
      hasSyn(candidate.counts.about, term);
    const inHead = hasSyn(passage?.counts.heading, term);
    const inBody = has(passage?.counts.body, term);
    if (inName) names += worth;
    if (inHead) heading += worth;
    if (inBody) body += worth;
    if (Number(inName) + Number(inHead) + Number(inBody) >= 2) two += worth;
    if ((best[slot] ?? 0) > 0) exact += worth;
    if ((whole[slot] ?? 0) > 0) docCov += worth;
    if (k < 3 && (best[slot] ?? 0) > 0) got3 += 1;
    if (k < 5 && (best[slot] ?? 0) > 0) got5 += 1;
    k += 1;
  }
  const nt = nameTerms(candidate);
  const askedSet = new Set(asked.terms.map((t) => t.term));
  const nameGot = nt.filter((t) => askedSet.has(t)).length;
  const nameSyn = nt.filter((t) => askedSet.has(t) || asked.slots.has(t)).length;
  const scores = scored.map((s) => s.score);
  const rest = scores.slice(1, 31);
  const mean = rest.reduce((a, b) => a + b, 0) / Math.max(rest.length, 1);
  const dev = Math.sqrt(rest.reduce((a, b) => a + (b - mean) ** 2, 0) / Math.max(rest.length, 1));
  const most = (name: 'document' | 'passage' | 'covered') =>
    scored.slice(0, 50).every(({ one }) => one.signals[name] <= signals[name]) ? 1 : 0;
  const nmTop = asked.terms.length;
  // mean worth of matched terms relative to the rarest possible
  const rarest = rarity(documents, 0);
  const coveredRare = top.filter((t) => (best[t.slot] ?? 0) > 0).reduce((a, t) => a + t.worth, 0);
  const maxRare = Math.max(
    0,
    ...top
      .filter((t) => (best[t.slot] ?? 0) > 0)
      .map((t) => rarity(documents, frequency.get(t.term)?.documents ?? 0)),
  );
  return {
    covered: signals.covered,
    passage: signals.passage,
    document: signals.document,
    reference: signals.reference,
    named: nt.length ? nameGot / nt.length : 0,
    namedSyn: nt.length ? nameSyn / nt.length : 0,
    margin: second ? 1 - second.score / first.score : 1,
    gap: second ? first.score - second.score : first.score,
    gap5: scores[4] ? 1 - scores[4] / first.score : 1,
    z: dev > 0 ? Math.min(6, (first.score - mean) / dev) : 0,
    known: share(known),
    exact: share(exact),
    docCov: share(docCov),
    names: share(names),
    heading: share(heading),
    body: share(body),
    two: share(two),
    top3: got3 / Math.min(3, Math.max(1, k)),
    top5: got5 / Math.min(5, Math.max(1, k)),
    agreement: (most('document') + most('passage') + most('covered')) / 3,
    logN: Math.log(documents),
    logK: Math.log(1 + nmTop),
    absRare: coveredRare / rarest,
    maxRare: maxRare / rarest,
    lostInKnown: known > 0 ? exact / known : 0,
    named0: nt.length,
    score: first.score,
  };
}
