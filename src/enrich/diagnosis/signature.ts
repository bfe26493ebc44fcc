import { keywords } from '../../incident/words.ts';
import type { FrozenCommit } from './frozen.ts';
import { MECHANISMS } from './mechanisms.ts';
import type { Sign } from './sign.ts';

/** What of the trouble is found again in a change: shares of 0–1, and the words themselves, most telling first. */
export type Match = { words: number; mechanism: number; frames: number; shared: string[] };

// Words that stand in half of all logs or commits of any service say nothing.
const EVERYWHERE = new Set(
  'error errors failed failure fail exception request requests response service services server client http https get post call calling level warn info debug msg message status code id ms sec seconds time rate high low value type name test tests src main lib app api com www internal default add added fix fixed update updated change changed use used using new old make set remove removed true false null return const let var function class import from public private static void string int self this async await def end if else try catch throw production prod staging alert alertname severity critical warning page summary description labels annotations startsat firing team env region cluster namespace job instance host pod java js ts py go rb index version release deploy feat chore refactor docs json yaml yml'.split(
    ' ',
  ),
);
const SIGN_WEIGHT = { log: 1, trace: 0.8, metric: 0.4, alert: 0.4 } as const;
const ENOUGH = 6;

/**
 * Matches of all commits with the signs. A word counts by how telling its signs are and how few of the commits
 * have it (inverse document frequency), an identifier or file name more than a plain word.
 */
export function matchesOf(
  commits: readonly FrozenCommit[],
  signs: readonly Sign[],
  relevance: (service: string | null) => number,
  serviceNames: readonly string[],
): Map<string, Match> {
  const ignored = new Set([...EVERYWHERE, ...serviceNames.flatMap((name) => [...keywords(name)])]);
  const evidence = new Map<string, number>();
  const frames = new Map<string, number>();
  const symptoms = new Map<string, number>();
  for (const sign of signs) {
    const weight = sign.weight * SIGN_WEIGHT[sign.kind] * relevance(sign.service);
    if (weight < 0.03) continue;
    for (const word of tellingWords(sign.text, ignored))
      evidence.set(word, Math.max(evidence.get(word) ?? 0, weight));
    for (const file of sourceFiles(sign.text)) frames.set(file, Math.max(frames.get(file) ?? 0, weight));
    for (const { name, symptom } of MECHANISMS)
      if (symptom.test(sign.text)) symptoms.set(name, Math.max(symptoms.get(name) ?? 0, weight));
  }
  const read = commits.map((commit) => {
    const lines = changedLines(commit.diff);
    const said = `${commit.subject}\n${commit.body}`;
    return {
      sha: commit.sha,
      strong: tellingWords(`${said}\n${lines}\n${commit.paths.join('\n')}`, ignored),
      weak: tellingWords(commit.diff, ignored),
      files: new Set(
        [...commit.paths, ...commit.paths.map((path) => path.split('/').at(-1) ?? '')].map((path) =>
          path.toLowerCase(),
        ),
      ),
      text: `${commit.subject}\n${commit.paths.join('\n')}\n${lines}`,
    };
  });
  const rarity = (word: string): number => {
    const having = read.filter((one) => one.strong.has(word)).length;
    return Math.log((read.length + 1) / (having + 0.5)) / Math.log((read.length + 1) / 1.5);
  };
  const changing = new Map(
    MECHANISMS.map(({ name, change }) => [name, read.filter((one) => change.test(one.text)).length]),
  );
  return new Map(
    read.map((one) => {
      const shared: { word: string; worth: number }[] = [];
      for (const [word, weight] of evidence) {
        const place = one.strong.has(word) ? 1 : one.weak.has(word) ? 0.5 : 0;
        if (place > 0)
          shared.push({ word, worth: place * weight * Math.max(0.1, rarity(word)) * specificity(word) });
      }
      shared.sort((a, b) => b.worth - a.worth);
      const sum = shared.reduce((all, { worth }) => all + worth, 0);
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
          words: 1 - Math.exp(-sum / ENOUGH),
          mechanism: Math.min(1, Math.max(0, ...mechanism)),
          frames: Math.min(1, Math.max(0, ...hit.map(([, weight]) => weight)) * 1.5),
          shared: shared.slice(0, 4).map(({ word }) => word),
        },
      ];
    }),
  );
}

function tellingWords(text: string, ignored: ReadonlySet<string>): Set<string> {
  const plain = [...keywords(text)].filter((word) => word.length > 2 && !/^\d+$/.test(word));
  // Endings of number and tense are no difference in meaning.
  return new Set(
    plain
      .map((word) => (word.length > 5 ? word.replace(/(?:ing|ed|es|s)$/, '') : word))
      .filter((word) => !ignored.has(word) && word.length > 2),
  );
}

/** Joined identifiers such as `maxpoolsize` are rarer by nature than a word of the language. */
function specificity(word: string): number {
  return word.length >= 10 ? 2 : word.length >= 6 ? 1.3 : 1;
}

/** Source files that a stack trace names, as whole paths and bare names. */
function sourceFiles(text: string): string[] {
  return [
    ...text.matchAll(
      /[\w./-]*[\w-]+\.(?:java|kt|go|py|rb|tsx?|jsx?|mjs|cs|php|rs|scala|exs?|cpp|cc|c|sql|ya?ml|toml|conf|lua|tf|swift)\b/gi,
    ),
  ].flatMap(([path]) => {
    const whole = path.toLowerCase().replace(/^[./]+/, '');
    return [...new Set([whole, whole.split('/').at(-1) ?? whole])];
  });
}

export function changedLines(diff: string): string {
  const lines = diff.split('\n').filter((line) => /^[+-](?![+-]{2} )/.test(line));
  return lines.length > 0 ? lines.join('\n') : diff;
}
