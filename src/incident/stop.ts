/** That all actions are stopped: by whom, why, and what may be undone all the same. */
export type Stopped = {
  by: string;
  why: string;
  /** Whether a file or the environment holds it, which nothing in Slack lifts: `why` says what does. */
  isOutside?: boolean;
  /** The actions whose undo may be approved and run meanwhile, by their ids; empty where nothing passes. */
  undoing: string[];
};

/** A stop that needs no database: a file or the environment. `order` is the undo order that it lets pass, if any. */
export type OutsideStop = { why: string; order: string | null };

/** Whether this proposal undoes what may be undone though all is stopped. */
export function passesStop(stopped: Stopped | null, { undoes }: { undoes: string | null }): boolean {
  return stopped !== null && undoes !== null && stopped.undoing.includes(undoes);
}
