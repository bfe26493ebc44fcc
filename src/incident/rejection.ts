/** A reason that is shorter tells nobody anything; whoever is asked for one is told so beforehand. */
export const SHORTEST_REASON = 3;

export const TOO_SHORT = `Say why in at least ${SHORTEST_REASON} characters, so that the others understand.`;

export const LONGEST_REASON = 500;
