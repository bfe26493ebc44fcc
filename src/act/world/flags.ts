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

export interface Flags {
  /** The flag in every source that has it, of those that are asked for. Rejects where one cannot be read. */
  find(asked: {
    flag: string;
    source?: string | undefined;
    environment?: string | undefined;
  }): Promise<FlagState[]>;
  /** Switches the flag of one source, once. Rejects with a `WriteFailure`, also where it is at another version. */
  set(flag: string, at: Pick<FlagState, 'source' | 'version'>, enabled: boolean): Promise<void>;
}
