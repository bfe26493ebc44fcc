import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';

/**
 * The `.json` files below a folder, in whatever case the ending is written, in the order of their names. A link
 * counts while it stays below the folder; one that leads out of it is named to `onLeftOut`.
 */
export async function incidentFiles(
  folder: string,
  onLeftOut: (file: string, why: string) => void,
): Promise<string[]> {
  const home = `${await realpath(folder)}${sep}`;
  const found = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter(({ name }) => name.toLowerCase().endsWith('.json'))
    .map((entry) => ({ file: join(entry.parentPath, entry.name), entry }))
    .sort((a, b) => (a.file < b.file ? -1 : 1));
  const files: string[] = [];
  for (const { file, entry } of found) {
    if (entry.isFile()) files.push(file);
    if (!entry.isSymbolicLink()) continue;
    const target = await realpath(file).catch(() => null);
    if (target === null) onLeftOut(file, 'the link leads nowhere');
    else if (!target.startsWith(home)) onLeftOut(file, 'the link leads out of the folder');
    else if ((await stat(target)).isFile()) files.push(file);
  }
  return files;
}
