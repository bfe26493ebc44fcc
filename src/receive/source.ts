import type { Alert } from '../incident/alert.ts';
import type { RecordedChange } from '../incident/change.ts';
import type { Access, SecretName } from './access.ts';
import type { Delivery, Head, Refusal } from './delivery.ts';

/**
 * One kind of sender: how it proves who it is, and what its messages mean. To add one, write a file in
 * sources/ and a line in sources.ts; docs/sources.md walks through it.
 */
export type Source = {
  /** Its name in the path /hooks/:source, and of the alerts it sends. */
  name: string;
  authentication: Authentication;
  /** What its Content-Type must match. */
  mediaType: RegExp;
  /**
   * What a body says. `receivedAt` stands in where the sender gives no time. Throws a `ZodError` for a
   * body that is not of the documented shape, and gives no alerts for a message that carries none.
   */
  parse(body: unknown, head: Head, receivedAt: Date): Said;
  /** Does what a source asks for before it begins to send, such as confirming a subscription. */
  handshake?(body: unknown, access: Access): Promise<Refusal | null>;
};

export type Said = {
  alerts: Alert[];
  /** What was changed, where the message tells of that; it goes into the record of changes. */
  changes?: RecordedChange[];
  /** The id that the source gives a delivery and repeats when it sends it again; null where it gives none. */
  deliveryId: string | null;
};

export type Authentication = {
  /** The variable that must be set before this source can be taken; null where it is. */
  missing(access: Access): SecretName | null;
  /** Refuses by the headers alone, so that a stranger's body is not even read. */
  knock(head: Head, access: Access): Refusal | null;
  /** Refuses whoever has not proven to be the source. Nothing in the body is trusted before. */
  prove(delivery: Delivery, access: Access): Refusal | null | Promise<Refusal | null>;
};

/** The usual media type of a webhook. */
export const JSON_TYPE = /^application\/json\s*(;|$)/i;
