import type { Fields } from './fields.ts';

/** What `git log`, with or without `-p`, `--name-only` or `--stat`, prints, as commits like those of a JSON file. */
export function readGitLog(text: string): Fields[] {
  return text
    .split(/^(?=commit [0-9a-f]{7,40}\b)/m)
    .filter((entry) => entry.startsWith('commit '))
    .map((entry) => {
      const lines = entry.split('\n');
      const from = lines.findIndex((line) => line.startsWith('diff --git '));
      const head = from === -1 ? lines : lines.slice(0, from);
      const header = (name: string): string | undefined =>
        head
          .find((line) => line.startsWith(`${name}:`))
          ?.slice(name.length + 1)
          .trim();
      const message = head.filter((line) => line.startsWith('    ')).map((line) => line.slice(4));
      const diff = from === -1 ? '' : lines.slice(from).join('\n');
      // After the message stand names of files, alone or with how many lines changed.
      const named = head
        .filter((line) => /^ ?[^\s:|]+\s*(?:\|.*)?$/.test(line) && /[./]/.test(line))
        .map((line) => line.split('|')[0]?.trim() ?? '');
      return {
        sha: lines[0]?.split(' ')[1] ?? '',
        date: header('Date') ?? header('CommitDate'),
        author: header('Author')?.replace(/(?<!\s)\s*<.*/, ''),
        message: message.join('\n').trim(),
        diff,
        ...(named.length > 0 ? { paths: named } : {}),
      };
    });
}
