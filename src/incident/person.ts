/** Somebody that sitrep.yaml lists, by Slack user id. */
export type Person = { slackId: string; name: string; mayApprove: boolean };

/** `sitrep` itself, as requester or actor. */
export const SITREP = 'sitrep';
