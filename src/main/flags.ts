import type { Flags } from '../act/world/flags.ts';
import { flagFile } from '../adapters/flags/flag-file.ts';
import { flagsOver } from '../adapters/flags/flags.ts';
import { unleashFlags } from '../adapters/flags/unleash.ts';
import type { Config } from '../config.ts';

/** The sources of flags that sitrep.yaml names; null where it names none. */
export function configuredFlags({
  flagSources,
  unleash,
}: Pick<Config, 'flagSources' | 'unleash'>): Flags | null {
  if (flagSources.length === 0) return null;
  return flagsOver(
    flagSources.flatMap((source) => {
      if ('file' in source) return flagFile({ ...source, environment: source.environment ?? null });
      return unleash ? unleashFlags({ name: source.name, ...unleash, ...source.unleash }) : [];
    }),
  );
}
