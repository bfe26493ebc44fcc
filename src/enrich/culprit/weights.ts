/**
 * What each sign adds to the log-odds of a change being the guilty one, against the other changes of its case.
 *
 * The first group is fitted (bench/culprits.ts, a conditional logit over real reverts and their reasons), with the
 * cases weighted so that the newest change is guilty in 30 of 100 and not in two thirds, as in the one repository
 * that the cases come from. The second group could not be measured there, because hardly a case has it, or only a
 * running installation knows it; it was set by hand, and cautiously.
 */
export const WEIGHTS = {
  /** Minus the logarithm of how many changes came later, plus one. */
  recent: 0.51,
  /** Minus the logarithm of the time since, in the case's own usual distance between two changes. */
  near: 0.68,
  /** The logarithm of how long nothing came after it, in tens of minutes, plus one. */
  alone: 0.23,
  /** The symptom's words in the subject, by BM25. */
  subject: 0.31,
  /** The symptom's words anywhere, by BM25F. */
  text: 0.58,
  /** Share of the symptom's terms in the added lines. */
  added: 0.7,
  /** Shared pieces of words: other endings, names run together. */
  pieces: 0.68,
  /** Changes of the same things share the symptom's words. */
  neighbour: 0.6,
  /** It is about what the changes with most of the symptom's words are about. */
  company: 0.98,
  /** Names spelled alike in its changed lines, that hardly another change has. */
  exact: 0.57,
  /** Both speak of one thing of the field in different words. */
  family: 0.5,
  /** It touches what brings such symptoms. */
  mechanism: 2.03,
  /** The logarithm of the length of its body, plus one. */
  explained: 0.13,
  /** Taken back by a later change already. */
  takenBack: -1.78,
  /** Itself a revert. */
  revert: -1.22,
  /** A measure for the time being, and the symptom says that this time is over. */
  stopgap: 1.83,
  /** It switches, adds or raises something. */
  starts: 0.46,

  /** Documentation or tests alone. */
  harmless: -1.5,
  /** Typing errors, comments, layout. */
  housekeeping: -0.5,
  /** It names a ticket that the symptom names. */
  ticket: 2,
  /** Shares of its files that the stack frames name. */
  frames: 2,
  /** 1 when it was rolled out at the onset, one half at half an hour before; more than a few chance words are worth. */
  rolledOut: 5,
  /** Known not to have been rolled out before the onset. */
  notRolledOut: -4,
  /** 1 for a change of the alerting service, less with each step away, 0 for a service that is not affected. */
  close: 2,
  /** The logarithm of how often its paths were guilty before, plus one. */
  guiltyBefore: 0.4,
} as const;

export type Sign = keyof typeof WEIGHTS;

/** The score of “none of these”, on the same scale as the sums of weighted signs. */
export const NONE = 0.5;
