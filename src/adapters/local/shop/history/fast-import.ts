import type { HistoryStep } from './trees.ts';

/**
 * The history as a `git fast-import` stream. One git process makes all commits, which takes
 * milliseconds where a `git commit` each would take seconds.
 */
export function fastImportStream(steps: HistoryStep[], now: Date): string {
  const end = Math.floor(now.getTime() / 1000);
  return `${steps.map((step, index) => commitCommands(step, index, end)).join('')}done\n`;
}

function commitCommands({ commit, written }: HistoryStep, index: number, end: number): string {
  const person = `${commit.by} <${commit.by}@shop.example> ${end - Math.round(commit.hoursAgo * 3600)} +0000`;
  const message = commit.body ? `${commit.subject}\n\n${commit.body}\n` : `${commit.subject}\n`;
  const lines = [
    'commit refs/heads/main',
    `mark :${index + 1}`,
    `author ${person}`,
    `committer ${person}`,
    data(message),
    ...(index > 0 ? [`from :${index}`] : []),
    ...[...written].map(([path, text]) =>
      text === null ? `D ${path}` : `M 100644 inline ${path}\n${data(text)}`,
    ),
    ...(commit.releases ?? []).map((tag) => `reset refs/tags/${tag}\nfrom :${index + 1}\n`),
  ];
  return `${lines.join('\n')}\n`;
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`;
}
