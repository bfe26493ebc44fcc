/** A feature flag as one of the configured sources has it. */
export type FlagState = {
  /** The source by its name in sitrep.yaml. */
  source: string;
  /** Null where the source knows no environments. */
  environment: string | null;
  enabled: boolean;
  /** Changes whenever somebody changes the flag. */
  version: string;
};

/** What can be asked of the sources of flags; nothing here changes them. */
export interface FlagReader {
  /** The flag in every source that has it, of those that are asked for. Rejects where one cannot be read. */
  find(asked: {
    flag: string;
    source?: string | undefined;
    environment?: string | undefined;
  }): Promise<FlagState[]>;
}

export interface Flags extends FlagReader {
  /** Switches the flag of one source, once. Rejects with a `WriteFailure`, also where it is at another version. */
  set(flag: string, at: Pick<FlagState, 'source' | 'version'>, enabled: boolean): Promise<void>;
}
