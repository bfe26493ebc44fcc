/** One place that holds flags. */
export type FlagSource = {
  name: string;
  environment: string | null;
  /** Null where it has no such flag. */
  read(flag: string): Promise<{ enabled: boolean; version: string } | null>;
  /** Switches the flag if it is still at this version. Rejects with a `FlagError`. */
  set(flag: string, version: string, enabled: boolean): Promise<void>;
};

/** A flag could not be read or switched; the message says what to do. */
export class FlagError extends Error {
  override name = 'FlagError';
  readonly outcome: 'refused' | 'unknown';

  constructor(outcome: 'refused' | 'unknown', message: string) {
    super(message);
    this.outcome = outcome;
  }
}
