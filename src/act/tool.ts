import type { Action, ActionOf, BlastRadius, Risk, ToolName } from '../incident/action.ts';
import type { Target } from '../incident/proposal.ts';
import type { World } from './world.ts';

/** What looking at the world before an action gives: the facts of its card. */
export type Preparation = {
  title: string;
  target: Target;
  dryRun: string;
  expectedEffect: string;
  inverse: Action | null;
  blastRadius: BlastRadius;
  /** Whether the effect itself should make the alerts resolve; a pull request alone does not. */
  actsOnSymptom: boolean;
  /** Where the arguments decide it; otherwise it is the tool's own. */
  risk?: Risk;
  reversible?: boolean;
};

/** What tools need to know of the service that an action is about. */
export type Surroundings = {
  /** The service, or an empty string where the action is about none. */
  service: string;
  /** Services that are declared to depend on it, directly or not. */
  dependants: string[];
};

/** What reading back after the write showed. */
export type ReadBack =
  | { state: 'done'; text: string; inverse?: Action }
  | { state: 'not done'; text: string }
  /** Somebody else has changed the target since; whether our write happened cannot be told. */
  | { state: 'unclear'; text: string };

/** Why an action cannot be prepared or may no longer run; its message is shown to people. */
export class NotApplicable extends Error {
  override name = 'NotApplicable';
}

/** In whose name one execution writes. */
export type Permit = {
  /** The same for every try of this execution and for no other: the target's own idempotency key, where it takes one. */
  key: string;
  /** Who approved it, by Slack user id, for targets that can be told; empty where the policy alone did. */
  approvedBy: string[];
};

/**
 * One typed action. `run` is the only method that writes, exactly one external write, and it must
 * itself refuse a target that is not as `target` says. `readBack` tells afterwards, also after a
 * crash, whether the write has happened.
 */
export interface Tool<T extends ToolName> {
  version: number;
  risk: Risk;
  /** Whether nothing of it remains once it is undone, so that it may run without asking where the policy says so. */
  reversible: boolean;
  /** What its credential must be allowed to do, in the words of the system that it acts on. */
  permissions: string[];
  /** Whether it takes effect at once, or people have to accept it elsewhere first, as a pull request. */
  delivers: 'effect' | 'review';
  /**
   * What stopping means once the write is out: `undo`, the inverse puts it back; `wait`, it ends by itself and
   * cannot be taken back.
   */
  cancel: 'undo' | 'wait';
  prepare(args: ActionOf<T>['arguments'], world: World, around: Surroundings): Promise<Preparation>;
  /** The target as it is now, in the same form as `Preparation.target`. */
  observe(args: ActionOf<T>['arguments'], world: World): Promise<Target>;
  run(args: ActionOf<T>['arguments'], target: Target, world: World, permit: Permit): Promise<void>;
  readBack(args: ActionOf<T>['arguments'], target: Target, world: World, permit: Permit): Promise<ReadBack>;
}
