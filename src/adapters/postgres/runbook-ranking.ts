import type { RunbookAction } from '../../incident/evidence.ts';

/** A passage that some way of searching came upon. */
export type Candidate = {
  id: number;
  path: string;
  title: string;
  heading: string;
  body: string;
  services: string[];
  alerts: string[];
  actions: RunbookAction[];
};

export type Ranked = Candidate & { score: number; why: string };

type Query = { alerts: string[]; services: string[]; files: string[] };

/** Words are trusted more than the hashed vectors, which only help where spelling differs. */
const WEIGHT = { lexical: 0.8, vector: 0.2 } as const;
/** Of reciprocal ranks. Small, because few passages are ever right. */
const K = 10;
/** A passage that has this share of what was asked, by rarity, is as good a text as there is. */
const GOOD_COVERAGE = 0.25;
/**
 * Below this the words in common are accidents, and no answer is better than a wrong one. With the shipped
 * runbooks, alerts that none treats reach 0.05 and the weakest that one treats 0.06.
 */
const LEAST_COVERAGE = 0.06;

/**
 * Orders passages by a score of 0–1 and drops those that answer nothing. Lists of two searches are fused by
 * weighted reciprocal ranks; above that stand exact references: a runbook that names the alert, or that the
 * alert names, then one that names the service. A runbook for other services does not count as reference.
 * Source of the fusion: Cormack et al., “Reciprocal Rank Fusion Outperforms Condorcet”, 2009.
 */
export function rankPassages(
  candidates: readonly Candidate[],
  lexical: readonly { id: number; coverage: number }[],
  vector: readonly number[],
  query: Query,
): Ranked[] {
  const wordRank = new Map(lexical.map(({ id }, rank) => [id, rank]));
  const vectorRank = new Map(vector.map((id, rank) => [id, rank]));
  const coverage = new Map(lexical.map((one) => [one.id, one.coverage]));
  return candidates
    .flatMap((candidate): Ranked[] => {
      const covered = coverage.get(candidate.id) ?? 0;
      const fused =
        WEIGHT.lexical * reciprocal(wordRank.get(candidate.id)) +
        WEIGHT.vector * reciprocal(vectorRank.get(candidate.id));
      const text = 0.5 * fused + 0.5 * Math.min(1, covered / GOOD_COVERAGE);
      const judged = judge(candidate, covered, text, query);
      return judged ? [{ ...candidate, ...judged }] : [];
    })
    .sort((a, b) => b.score - a.score || a.path.localeCompare(b.path) || a.id - b.id);
}

// Each kind of reference has a band of its own, so that words decide only between references of one kind.
function judge(
  candidate: Candidate,
  covered: number,
  text: number,
  query: Query,
): { score: number; why: string } | null {
  const file = candidate.path.replace(/^.*\//, '');
  if (query.files.includes(file)) return { score: 0.9 + 0.1 * text, why: 'the alert links to this runbook' };
  const service = candidate.services.find((name) => query.services.includes(name));
  const foreign = candidate.services.length > 0 && service === undefined;
  const alert = candidate.alerts.find((name) => query.alerts.includes(name));
  if (alert !== undefined && service !== undefined) {
    return { score: 0.85 + 0.15 * text, why: `the runbook is about ${alert} of ${service}` };
  }
  if (alert !== undefined && !foreign)
    return { score: 0.7 + 0.15 * text, why: `the runbook is about ${alert}` };
  if (covered < LEAST_COVERAGE) return null;
  if (service !== undefined)
    return { score: 0.4 + 0.2 * text, why: `the runbook is about ${service} and uses words of the alert` };
  return { score: (foreign ? 0.2 : 0.4) * text, why: 'it uses words of the alert' };
}

function reciprocal(rank: number | undefined): number {
  return rank === undefined ? 0 : K / (K + rank);
}
