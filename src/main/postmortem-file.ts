import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { incidentName } from '../incident/incident.ts';

/** Writes drafts as files below `home`; resolves to the path. */
export function postmortemFiles(home: string) {
  return async (incidentId: number, markdown: string): Promise<string> => {
    const folder = join(home, 'postmortems');
    const file = join(folder, `${incidentName(incidentId)}.md`);
    try {
      await mkdir(folder, { recursive: true });
      await writeFile(`${file}.part`, markdown);
      await rename(`${file}.part`, file);
      return file;
    } catch {
      // A container may have nothing to write to; the draft is in the database and in Slack all the same.
      return `${incidentName(incidentId)}.md in the thread`;
    }
  };
}
