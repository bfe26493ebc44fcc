import type { Action, ActionOf, Risk, ToolName } from '../incident/action.ts';
import type { Target } from '../incident/proposal.ts';
import type { World } from './world.ts';

/** What looking at the world before an action gives: the facts of its card. */
export type Preparation = {
  title: string;
  target: Target;
  dryRun: string;
  expectedEffect: string;
  inverse: Action | null;
  blastRadius: string;
  /** Whether the effect itself should make the alerts resolve; a pull request alone does not. */
  actsOnSymptom: boolean;
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

/**
 * One typed action. `run` is the only method that writes, exactly one external write, and it must
 * itself refuse a target that is not as `target` says. `readBack` tells afterwards, also after a
 * crash, whether the write has happened.
 */
export interface Tool<T extends ToolName> {
  version: number;
  risk: Risk;
  prepare(args: ActionOf<T>['arguments'], world: World, dependants: string[]): Promise<Preparation>;
  /** The target as it is now, in the same form as `Preparation.target`. */
  observe(args: ActionOf<T>['arguments'], world: World): Promise<Target>;
  run(args: ActionOf<T>['arguments'], target: Target, world: World): Promise<void>;
  readBack(args: ActionOf<T>['arguments'], target: Target, world: World): Promise<ReadBack>;
}
