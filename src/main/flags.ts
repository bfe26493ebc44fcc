import type { FlagReader, Flags } from '../act/world/flags.ts';
import { flagFile } from '../adapters/flags/flag-file.ts';
import type { FlagSource } from '../adapters/flags/flag-source.ts';
import { flagReader, flagsOver } from '../adapters/flags/flags.ts';
import { unleashFlags } from '../adapters/flags/unleash.ts';
import type { Config } from '../config.ts';
import { writeToken, type Role } from './role.ts';

type Configured = Pick<Config, 'flagSources' | 'unleash'>;

/** The sources of flags that sitrep.yaml names, to look at; null where it names none. */
export function flagsToRead(config: Configured): FlagReader | null {
  const sources = sourcesOf(config, config.unleash?.token ?? null);
  return sources.length > 0 ? flagReader(sources) : null;
}

/** Those that this process can switch; null where there is none. */
export function flagsToSwitch(config: Configured, role: Role, until: AbortSignal): Flags | null {
  const sources = sourcesOf(config, writeToken(role, config.unleash), until);
  return sources.length > 0 ? flagsOver(sources) : null;
}

function sourcesOf(
  { flagSources, unleash }: Configured,
  token: string | null,
  until?: AbortSignal,
): FlagSource[] {
  return flagSources.flatMap((source) => {
    if ('file' in source) return flagFile({ ...source, environment: source.environment ?? null, until });
    if (!unleash || token === null) return [];
    return unleashFlags({ name: source.name, url: unleash.url, token, until, ...source.unleash });
  });
}
