import type { Slot } from '../../incident/thread.ts';

/** A message that has to be posted or edited, claimed for the length of a lease. */
export type DueMessage = {
  /** Also the id in the metadata of the message in Slack, by which it is found again. */
  id: string;
  incidentId: number;
  slot: Slot;
  /** The version to show: hand it back when it is shown. */
  wanted: number;
  channel: string;
  /** Where it stands already; null before it was first posted. */
  ts: string | null;
  /** The root message of the incident; null only for the root itself. */
  threadTs: string | null;
  /** An earlier send of this message began and nobody saw its end. */
  uncertain: boolean;
  /** How often it has been claimed since it was last shown; also what fences off an overtaken claim. */
  attempts: number;
};

/**
 * The messages that are still to be shown. Several processes may claim from the same outbox: each message
 * goes to one of them for `leaseS` seconds, and only the newest claim of a message can settle it.
 */
export type Outbox = {
  /**
   * The most urgent message, or null: what was never posted comes before edits, roots before replies, and
   * replies wait for their root. `channel` is where new roots go; messages for `busyChannels` are left alone.
   */
  claim(options: { channel: string; busyChannels: string[]; leaseS: number }): Promise<DueMessage | null>;
  /** It stands in Slack at `ts` as it was wanted; `ts` is null where there was nothing to show. */
  shown(message: DueMessage, ts: string | null): Promise<void>;
  /** It could not be shown and is due again after `afterS` seconds; `uncertain` when Slack may have it all the same. */
  failed(message: DueMessage, failure: { error: string; afterS: number; uncertain: boolean }): Promise<void>;
  /** Its place in Slack is gone: it will be posted anew. */
  lost(incidentId: number, slot: Slot): Promise<void>;
  /** Wants a message shown again. Nothing happens where it has no row or is wanted already. */
  want(incidentId: number, slot: Slot): Promise<void>;
  /** Wants those of these messages shown that were settled without having been posted. Resolves to their number. */
  wantUnposted(incidentId: number, slots: Slot[]): Promise<number>;
  /** Calls `fn` when there may be something new; a hint only. Resolves to a function that stops it. */
  onNew(fn: () => void): Promise<() => Promise<void>>;
};
