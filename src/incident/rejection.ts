/** A reason that is shorter tells nobody anything; whoever is asked for one is told so beforehand. */
export const SHORTEST_REASON = 3;

export const LONGEST_REASON = 500;
