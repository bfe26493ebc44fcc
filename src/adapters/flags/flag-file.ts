import { randomUUID } from 'node:crypto';
import { open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { isScalar, parseDocument } from 'yaml';
import { z } from 'zod';
import { digestOf } from '../../incident/canonical.ts';
import { FlagError, type FlagSource } from './flag-source.ts';
import { messageOf } from '../../incident/text.ts';

const flagSchema = z.looseObject({ state: z.enum(['ENABLED', 'DISABLED']) });

type Found = { enabled: boolean; version: string; state: readonly [start: number, end: number] };

/**
 * A file of flags as flagd and OpenFeature's providers read it, JSON or YAML: https://flagd.dev/reference/flag-definitions/.
 * Of the file only the word at `flags.<name>.state` is replaced; everything else keeps its bytes.
 */
export function flagFile(options: {
  name: string;
  environment: string | null;
  file: string;
  /** When it is aborted the file is left alone. */
  until?: AbortSignal | undefined;
}): FlagSource {
  const { name, environment, file, until } = options;
  return {
    name,
    environment,
    async read(flag) {
      const found = find(await readText(file), flag, file);
      return found && { enabled: found.enabled, version: found.version };
    },
    async set(flag, version, enabled) {
      const text = await readText(file);
      const found = find(text, flag, file);
      if (found?.version !== version)
        throw new FlagError('refused', `The flag ${flag} in ${file} has changed; ask for a fresh proposal.`);
      const [start, end] = found.state;
      const quote = /["']/.exec(text.charAt(start))?.[0] ?? '';
      const word = `${quote}${enabled ? 'ENABLED' : 'DISABLED'}${quote}`;
      await replaceFile(file, text, text.slice(0, start) + word + text.slice(end), until);
    },
  };
}

function find(text: string, flag: string, file: string): Found | null {
  // YAML contains JSON, and its parser says where in the text a value stands.
  const document = parseDocument(text, { prettyErrors: false });
  if (document.errors[0])
    throw new FlagError('refused', `${file} cannot be read: ${document.errors[0].message}`);
  const root: unknown = document.toJS({ maxAliasCount: 100 });
  const flags = z.looseObject({ flags: z.record(z.string(), z.unknown()) }).safeParse(root);
  if (!flags.success)
    throw new FlagError('refused', `${file} has no object “flags”. Write one as flagd reads it.`);
  if (!Object.hasOwn(flags.data.flags, flag)) return null;
  const parsed = flagSchema.safeParse(flags.data.flags[flag]);
  const node: unknown = document.getIn(['flags', flag, 'state'], true);
  if (!parsed.success || !isScalar(node) || !node.range)
    throw new FlagError(
      'refused',
      `The flag ${flag} in ${file} has no state of ENABLED or DISABLED. Add one.`,
    );
  const [start, end] = node.range;
  return {
    enabled: parsed.data.state === 'ENABLED',
    version: digestOf(parsed.data).slice(0, 16),
    state: [start, end],
  };
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new FlagError(
      'refused',
      `${file} cannot be read: ${reason(error)}. Check feature_flags in sitrep.yaml.`,
    );
  }
}

/** Whoever reads the file sees the old or the new text whole; so does everybody after a crash. */
async function replaceFile(
  file: string,
  before: string,
  after: string,
  until: AbortSignal | undefined,
): Promise<void> {
  let temporary: string | null = null;
  try {
    // The file itself and not a link to it; beside it, because a rename does not cross file systems.
    const place = await realpath(file);
    temporary = `${place}.${randomUUID()}.tmp`;
    const { mode } = await stat(place);
    const handle = await open(temporary, 'wx', mode);
    try {
      await handle.writeFile(after);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if ((await readText(place)) !== before)
      throw new FlagError('refused', `${file} was changed at this very moment; ask for a fresh proposal.`);
    if (until?.aborted)
      throw new FlagError('refused', `The time for this action is up; ${file} was left alone.`);
    await rename(temporary, place);
  } catch (error) {
    if (temporary !== null) await rm(temporary, { force: true });
    if (error instanceof FlagError) throw error;
    throw new FlagError(
      'refused',
      `${file} cannot be written: ${reason(error)}. Make it and its folder writable.`,
    );
  }
}

function reason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  return code ?? messageOf(error);
}
