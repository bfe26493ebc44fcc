// What the parts of a score count. A score is in bits: one more means half as likely by chance. Times are in
// minutes. They were chosen on made-up streams of several kinds together, where each may be changed by a
// quarter without much effect (docs/evaluation.md); none is fitted to one system.

export const MINUTE = 60_000;
export const DAY = 86_400_000;

/** How far back is looked. Everything older is as if it had never been. */
export const HORIZON_DAYS = 14;

/** Firings that are kept of each rule; a rule that has more of them within the horizon is known well enough. */
export const FIRINGS_KEPT = 256;

/** Rules and words that are known at most; those that have not come for longest are forgotten first. */
export const RULES_KEPT = 10_000;
export const WORDS_KEPT = 50_000;

/** Quiet alerts that can still come to light. */
export const QUIET_KEPT = 10_000;

/** Quiet alerts of the last minutes are compared with a new one; this many of them, the latest first. */
export const LOOK_BACK = 4;
export const LOOKED_AT = 120;

/** A rule that has not fired within the horizon is news, whatever the bar is: a cold start shows everything. */
export const BRAND_NEW = 14;
export const NEWS_LIMIT = 11;

/** What a first firing says about how often a rule fires counts as if it had been watched this much longer. */
export const WATCHED_BEFORE = 300;

/** Half of it counts whether this very thing fires more or less than the others under the same rule. */
export const OWN_SHARE = 0.5;

/** Evidence from which on an incident opens. It rises with the number of rules; see `barOf`. */
export const BAR = 6;
export const BAR_LIMIT = 11;

/** Rules that may open an incident alone fire at most this often a day together, times the root of all alerts a day. */
export const ATTENTION = 2;

/** A critical alert of a rule that fires less often than this a day opens an incident, whatever the bar is. */
export const RARE_A_DAY = 4;

/** Any one alert is this much less likely to be the one that an incident brings next. */
export const WHICH_ONE = 2.4;

/** Nothing in common but the time; the same rule about something else; the same alert again. */
export const ONLY_TIME = -1.1;
/** Of an alert's news at most this counts where it has nothing in common but the time. */
export const NEWS_BY_TIME = 7;
export const SAME_RULE = 2.5;
export const SAME_ALERT = 2.6;

/** At most this for a word in common, and for a declared dependency, less 1 for each further step. */
export const RELATED_LIMIT = 3.1;

/** Lost with each minute since the last alert of the incident that it is compared with, and since its beginning. */
export const LOST_A_MINUTE = 1.4;
export const LOST_WITH_AGE = 0.1;

/** Time counts half while the alert that it is compared with still fires, or is the very same one. */
export const STILL_FIRING = 0.5;

/** How long an alert lasts compared with what its rule usually does, and at most. */
export const LASTING = 1.5;
export const LASTING_LIMIT = 5;

/** When it is looked again whether a quiet alert still fires. */
export const LOOK_AGAIN = [2, 3, 5, 9, 17] as const;

/** What other alerts of the last minutes add; at most this many, each of another rule. */
export const COMPANY = 0.5;
export const COMPANY_COUNTED = 4;

/** A quiet alert that has ended already needs this much more to be brought along. */
export const ENDED_ALREADY = 2;

/** Firings of the same alert within an hour that make it flap. */
export const FLAPS = 5;
