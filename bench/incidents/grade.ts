export type Expected = {
  id: string;
  root_cause_commit: string;
  first_failing_service: string;
  blast_radius: string[];
  remediation: string | string[];
};
export type Answer = Omit<Expected, 'remediation'> & { remediation: string; confidence: number };

/** One answer against what is right: each of the four parts counts a quarter, the radius by its F1. */
export function graded(expected: Expected, answer: Answer | undefined) {
  const commit = answer?.root_cause_commit === expected.root_cause_commit;
  const service = answer?.first_failing_service === expected.first_failing_service;
  const remediation = [expected.remediation].flat().includes(answer?.remediation ?? '');
  const radius = f1(expected.blast_radius, answer?.blast_radius ?? []);
  const probability = answer?.confidence ?? 0;
  return {
    id: expected.id,
    commit,
    none: expected.root_cause_commit === 'none',
    blamed: answer !== undefined && answer.root_cause_commit !== 'none' && !commit,
    service,
    remediation,
    radius,
    grade: (Number(commit) + Number(service) + Number(remediation) + radius) / 4,
    brier: (probability - Number(commit)) ** 2,
    wrong: [
      ...(commit
        ? []
        : [`commit ${short(answer?.root_cause_commit)} not ${short(expected.root_cause_commit)}`]),
      ...(service ? [] : [`service ${answer?.first_failing_service} not ${expected.first_failing_service}`]),
      ...(remediation ? [] : [`${answer?.remediation} not ${[expected.remediation].flat().join('|')}`]),
      ...(radius === 1
        ? []
        : [`radius ${answer?.blast_radius.join(',')} not ${expected.blast_radius.join(',')}`]),
    ],
  };
}

const short = (sha: string | undefined): string => sha?.slice(0, 8) ?? 'missing';

function f1(expected: readonly string[], found: readonly string[]): number {
  const hits = found.filter((one) => expected.includes(one)).length;
  return expected.length + found.length === 0 ? 1 : (2 * hits) / (expected.length + found.length);
}
