import { counted } from '../../incident/text.ts';
import { author } from '../author.ts';
import { withStore } from '../with-store.ts';

/** Wraps the keys of all contents with the first of the two in SITREP_AUDIT_KEY, so that the second can go. */
export async function rekeyCommand(): Promise<void> {
  await withStore(async ({ config, transaction }) => {
    if (config.audit.keys.length !== 2)
      throw new Error(
        'SITREP_AUDIT_KEY must hold two keys with a comma between them: the new one, then the one that is in use (beside an embedded database it is in the file audit-key of SITREP_HOME). docs/audit.md has the steps.',
      );
    const { rewrapped, before } = await transaction((store) => store.rewrapKeys(author()));
    console.log(
      `${counted(rewrapped, 'key')} wrapped anew by the first key of SITREP_AUDIT_KEY; ${before} had been before.`,
    );
    console.log(
      rewrapped > 0
        ? 'Run this again once no process seals with the old key any more: when it says 0, the old key can go.'
        : 'The second key is not needed any more: keep the first one alone, in every process.',
    );
  });
}
