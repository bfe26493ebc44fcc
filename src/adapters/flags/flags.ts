import type { FlagReader, Flags } from '../../act/world/flags.ts';
import { FlagError, type FlagSource } from './flag-source.ts';

/** All configured sources as the tools see them, with nothing that could switch. */
export function flagReader(sources: readonly Omit<FlagSource, 'set'>[]): FlagReader {
  return {
    async find({ flag, source, environment }) {
      const asked = sources.filter(
        (one) =>
          (source === undefined || one.name === source) &&
          // A file that names no environment may serve any.
          (environment === undefined || one.environment === null || one.environment === environment),
      );
      const found = await Promise.all(
        asked.map(async (one) => {
          const state = await one.read(flag);
          return state && { source: one.name, environment: one.environment, ...state };
        }),
      );
      return found.filter((state) => state !== null);
    },
  };
}

/** The same, and the switches. */
export function flagsOver(sources: readonly FlagSource[]): Flags {
  return {
    ...flagReader(sources),
    async set(flag, { source, version }, enabled) {
      const found = sources.find((one) => one.name === source);
      if (!found) throw new FlagError('refused', `sitrep.yaml has no source of flags called ${source}.`);
      await found.set(flag, version, enabled);
    },
  };
}
