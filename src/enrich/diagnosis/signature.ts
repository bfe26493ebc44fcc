import { words } from '../../incident/words.ts';
import { matchesOf as termMatches } from '../culprit/matching.ts';
import type { FrozenCommit } from './frozen.ts';
import { MECHANISMS } from './mechanisms.ts';
import type { Sign } from './sign.ts';
import { symbolShares } from './symbols.ts';

/**
 * What of the trouble is found again in a change: the share of the signs' terms in its added lines and anywhere in
 * it, whether it changes a symbol that they name and what makes such trouble, files of stack traces; and the shared terms, rarest first.
 */
export type Match = {
  added: number;
  any: number;
  symbol: number;
  mechanism: number;
  frames: number;
  shared: string[];
};

const SIGN_WEIGHT = { log: 1, trace: 0.8, metric: 0.4, alert: 0.4 } as const;
const TELLING = 0.25;
const SHOWN = 4;

/** Matches of all changes with the signs. Terms are compared as for suspects without a frozen incident. */
export function matchesOf(
  commits: readonly FrozenCommit[],
  signs: readonly Sign[],
  relevance: (service: string | null) => number,
  serviceNames: readonly string[],
): Map<string, Match> {
  const frames = new Map<string, number>();
  const symptoms = new Map<string, number>();
  for (const sign of signs) {
    const weight = sign.weight * SIGN_WEIGHT[sign.kind] * relevance(sign.service);
    if (weight < 0.03) continue;
    for (const file of sourceFiles(sign.text)) frames.set(file, Math.max(frames.get(file) ?? 0, weight));
    for (const { name, symptom } of MECHANISMS)
      if (symptom.test(sign.text)) symptoms.set(name, Math.max(symptoms.get(name) ?? 0, weight));
  }
  const said = signs.filter((sign) => sign.weight > TELLING).map((sign) => sign.text);
  const terms = termMatches(
    said.join('\n'),
    commits.map((one) => ({ ...one, id: one.sha, kind: 'commit', ageS: 0 })),
  );
  // People are not shown the parts of a service's name, which its changes share of course.
  const named = new Set(words(serviceNames.join(' ')));
  const read = commits.map((commit) => ({
    sha: commit.sha,
    files: new Set(
      [...commit.paths, ...commit.paths.map((path) => path.split('/').at(-1) ?? '')].map((path) =>
        path.toLowerCase(),
      ),
    ),
    text: `${commit.subject}\n${commit.paths.join('\n')}\n${changedLines(commit.diff)}`,
  }));
  const symbols = symbolShares(
    commits.map((one) => `${one.subject}\n${changedLines(one.diff)}`),
    signs,
    serviceNames,
  );
  const changing = new Map(
    MECHANISMS.map(({ name, change }) => [name, read.filter((one) => change.test(one.text)).length]),
  );
  return new Map(
    read.map((one, index) => {
      const mechanism = MECHANISMS.map(({ name, change }) => {
        if (!symptoms.has(name) || !change.test(one.text)) return 0;
        const having = changing.get(name) ?? 1;
        return (symptoms.get(name) ?? 0) * (1 - 0.6 * ((having - 1) / Math.max(1, read.length - 1)));
      });
      const hit = [...frames].filter(
        ([file]) => one.files.has(file) || [...one.files].some((path) => path.endsWith(`/${file}`)),
      );
      return [
        one.sha,
        {
          added: terms[index]?.added ?? 0,
          any: terms[index]?.any ?? 0,
          symbol: symbols[index] ?? 0,
          mechanism: Math.min(1, Math.max(0, ...mechanism)),
          frames: Math.min(1, Math.max(0, ...hit.map(([, weight]) => weight)) * 1.5),
          shared: (terms[index]?.words ?? []).filter((word) => !named.has(word)).slice(0, SHOWN),
        },
      ];
    }),
  );
}

/** Source files that a stack trace names, as whole paths and bare names. */
function sourceFiles(text: string): string[] {
  return [
    ...text.matchAll(
      /\b\w[\w./-]{0,150}\.(?:java|kt|go|py|rb|tsx?|jsx?|mjs|cs|php|rs|scala|exs?|cpp|cc|c|sql|ya?ml|toml|conf|lua|tf|swift)\b/gi,
    ),
  ].flatMap(([path]) => {
    const whole = path.toLowerCase().replace(/^[./]+/, '');
    return [...new Set([whole, whole.split('/').at(-1) ?? whole])];
  });
}

function changedLines(diff: string): string {
  const lines = diff.split('\n').filter((line) => /^[+-](?![+-]{2} )/.test(line));
  return lines.length > 0 ? lines.join('\n') : diff;
}
