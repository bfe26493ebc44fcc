import type { Action, ActionOf, BlastRadius, Cancel, Risk, ToolName } from '../incident/action.ts';
import type { Target } from '../incident/proposal.ts';
import type { ReadWorld, World } from './world.ts';

/** What looking at the world before an action gives: the facts of its card. */
export type Preparation = {
  title: string;
  target: Target;
  dryRun: string;
  expectedEffect: string;
  inverse: Action | null;
  blastRadius: BlastRadius;
  /** Whether its target settles some time after the write, as a rollout does; then `readBack` says whether it has. */
  settles?: boolean;
  /** Whether the effect itself should make the alerts resolve; a pull request alone does not. */
  actsOnSymptom: boolean;
  /** Where the arguments decide it, and never worse than the tool's own, which holds otherwise. */
  risk?: Risk;
  reversible?: boolean;
  cancel?: Cancel;
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
  | { state: 'done'; text: string; inverse?: Action; settled?: boolean }
  | { state: 'not done'; text: string }
  /**
   * Whether our write happened cannot be told: somebody else has changed the target since, or no sign of it is no
   * proof. It is not sent again.
   */
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
 * itself refuse a target that is not as `target` says. `prepare` is also asked once more right before the write, then
 * with the credential that writes, so that a dry run is made by it. `readBack` tells afterwards, also after a
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
  cancel: Cancel;
  prepare(args: ActionOf<T>['arguments'], world: ReadWorld, around: Surroundings): Promise<Preparation>;
  /** The target as it is now, in the same form as `Preparation.target`. */
  observe(args: ActionOf<T>['arguments'], world: ReadWorld): Promise<Target>;
  run(args: ActionOf<T>['arguments'], target: Target, world: World, permit: Permit): Promise<void>;
  readBack(
    args: ActionOf<T>['arguments'],
    target: Target,
    world: ReadWorld,
    permit: Permit,
  ): Promise<ReadBack>;
}
