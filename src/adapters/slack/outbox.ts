import type { Slot } from '../../incident/thread.ts';

/** What a message is about, and its place there. A bulletin has one message only. */
export type Subject =
  { kind: 'incident'; incidentId: number; slot: Slot } | { kind: 'bulletin'; bulletinId: number };

/** A message that has to be posted or edited, claimed for the length of a lease. */
export type DueMessage = {
  /** Also the id in the metadata of the message in Slack, by which it is found again. */
  id: string;
  subject: Subject;
  /** The version to show: hand it back when it is shown. */
  wanted: number;
  channel: string;
  /** Where it stands already; null before it was first posted. */
  ts: string | null;
  /** The root message of the incident; null for a root itself and for a bulletin. */
  threadTs: string | null;
  /** An earlier send of this message began and nobody saw its end. */
  uncertain: boolean;
  /** How often it has been claimed since it was last shown; also what fences off an overtaken claim. */
  attempts: number;
};

/** What is due now; or else whether something waits, for Slack's pace or for its time. */
export type Claim = { message: DueMessage } | { message: null; waiting: boolean };

export type ClaimOptions = {
  /** Where new roots and bulletins go. */
  channel: string;
  leaseS: number;
  /** `first`: only what tells of something for the first time; it must not wait behind anything else. */
  lanes: 'first' | 'all';
};

/**
 * - channel: posts in the message's channel
 * - edits: edits anywhere
 */
export type Allowance = 'channel' | 'edits';

export type Failed = {
  error: string;
  /** When it is due again. */
  afterS: number;
  /** Slack may have it all the same. */
  uncertain: boolean;
};

/**
 * The messages that are still to be shown. Several processes may claim from the same outbox: each message
 * goes to one of them for `leaseS` seconds, only the newest claim of a message can settle it, and together
 * they keep to Slack's pace.
 */
export type Outbox = {
  /**
   * The most urgent message that Slack's pace allows. A storm's first message and new roots come first,
   * critical ones before others; then bulletins, replies to roots that stand, edits that somebody waits for,
   * roots that a storm held back, and other edits.
   */
  claim(options: ClaimOptions): Promise<Claim>;
  /** It stands in Slack at `ts` as it was wanted; `ts` is null where a file was sent. */
  shown(message: DueMessage, ts: string | null): Promise<void>;
  /** There was nothing to show, and Slack was not called. */
  skipped(message: DueMessage): Promise<void>;
  failed(message: DueMessage, failure: Failed): Promise<void>;
  /** Slack has said when to come back: until then nobody uses the allowance. */
  block(allowance: Allowance, channel: string, afterS: number): Promise<void>;
  /** Its place in Slack is gone: it will be posted anew, and then its replies where they must be. */
  lost(incidentId: number): Promise<void>;
  /** Wants a message shown again. Nothing happens where it has no row or is wanted already. */
  want(incidentId: number, slot: Slot): Promise<void>;
  /** Wants those of these messages shown that were settled without having been posted. Resolves to their number. */
  wantUnposted(incidentId: number, slots: Slot[]): Promise<number>;
  /** Calls `fn` when there may be something new; a hint only. Resolves to a function that stops it. */
  onNew(fn: () => void): Promise<() => Promise<void>>;
};
