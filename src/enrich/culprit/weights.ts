/**
 * What each sign adds to the log-odds of a change being the guilty one, against the other changes of its case.
 *
 * The first group is fitted (bench/culprits.ts, a conditional logit over real reverts and their reasons), with the
 * cases weighted so that the newest change is guilty in 31 of 100 and not in two thirds, as in the one repository
 * that the cases come from. The second group could not be measured there, because hardly a case has it, or only a
 * running installation knows it; it was set by hand, and cautiously.
 */
export const WEIGHTS = {
  /** Minus the logarithm of how many changes came later, plus one. */
  recent: 0.7,
  /** Minus the logarithm of the time since, in the case's own usual distance between two changes. */
  near: 0.45,
  /** Share of the symptom's terms in the added lines. */
  added: 1.1,
  /** Share of the symptom's terms anywhere, against the change that has most of them. */
  relative: 1.2,
  /** Share of the subject that the symptom names. */
  named: 2.8,
  /** How rare the rarest shared term is. */
  rarest: 1.15,
  /** Shared pieces of words: other endings, names run together. */
  pieces: 1.45,
  /** Both speak of one thing of the field in different words. */
  topic: 0.4,
  /** Taken back by a later change already. */
  takenBack: -1.5,
  /** Itself a revert. */
  revert: -0.9,
  /** It switches, adds or raises something. */
  starts: 0.3,

  /** Documentation or tests alone. */
  harmless: -1.5,
  /** Typing errors, comments, layout. */
  housekeeping: -0.5,
  /** Shares of its files that the stack frames name. */
  frames: 2,
  /** 1 when it was rolled out at the onset, one half at half an hour before. */
  rolledOut: 3,
  /** Known not to have been rolled out before the onset. */
  notRolledOut: -4,
  /** 1 for a change of the alerting service, less with each step away, 0 for a service that is not affected. */
  close: 2,
  /** The logarithm of how often its paths were guilty before, plus one. */
  guiltyBefore: 0.4,
} as const;

export type Sign = keyof typeof WEIGHTS;

/** The score of “none of these”, on the same scale as the sums of weighted signs. */
export const NONE = -0.5;
