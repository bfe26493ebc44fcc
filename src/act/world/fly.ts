/** A machine as far as the tools need it. */
export type FlyMachine = {
  id: string;
  /** Another one with every change of the configuration; Fly also calls it instance_id. */
  version: string;
  /** Fly's word: started, stopped, suspended, … */
  state: string;
  region: string;
  /** True where Fly's proxy sends it nothing. */
  cordoned: boolean;
  /** The process group of fly.toml; `app` where none is named. */
  group: string;
  image: string;
  /** All of the configuration, ready to be written back. */
  config: FlyConfig;
  /** Id and type of the last thing that somebody asked of it, in contrast to what befell it; null for none. */
  lastRequest: { id: string; type: string } | null;
  failingChecks: number;
};

export type FlyConfig = { [field: string]: unknown; metadata: Record<string, string> };

/** A configuration that a machine has or had. */
export type FlyVersion = { version: string; image: string; config: FlyConfig };

export type FlyChange =
  | { kind: 'restart' | 'start' | 'stop' | 'cordon' | 'uncordon' }
  /** Refused by Fly where the machine is at another version by now. */
  | { kind: 'update'; config: FlyConfig; currentVersion: string };

/** What can be asked of Fly; nothing here changes it. */
export interface FlyReader {
  /** Without those that are being destroyed. */
  machines(app: string): Promise<FlyMachine[]>;
  /** Null where there is no such machine. */
  machine(app: string, id: string): Promise<FlyMachine | null>;
  /** Newest first. */
  versions(app: string, id: string): Promise<FlyVersion[]>;
}

export interface Fly extends FlyReader {
  /**
   * One write, under a lease that keeps everybody else from changing the machine. `check` looks at the machine
   * under that lease, and nothing is written where it throws. Rejects with a `WriteFailure`.
   */
  change(app: string, id: string, change: FlyChange, check: () => Promise<void>): Promise<void>;
}
