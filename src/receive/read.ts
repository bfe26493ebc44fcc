import { z } from 'zod';
import type { Access } from './access.ts';
import { refusal, type Delivery, type Head, type Refusal } from './delivery.ts';
import { jsonOf } from './json-body.ts';
import type { Said, Source } from './source.ts';
import { sourceNames, sources } from './sources.ts';

/** What a delivery says, once its sender has proven who it is. */
export type Read = ({ kind: 'alerts' } & Said) | { kind: 'refused'; refusal: Refusal };

/** Refuses by path and headers alone whoever cannot be a true sender; null for all others. */
export function knock(head: Head, access: Access): Refusal | null {
  const source = sources.get(head.source);
  return source ? source.authentication.knock(head, access) : unknownSource(head.source);
}

/**
 * Checks and parses one delivery; nothing of it is kept yet. Never rejects: whatever the bytes are,
 * the answer is alerts or a refusal that says what to do.
 */
export async function read(delivery: Delivery, access: Access): Promise<Read> {
  const source = sources.get(delivery.source);
  if (!source) return refused(unknownSource(delivery.source));
  const stranger = await source.authentication.prove(delivery, access);
  if (stranger) return refused(stranger);
  const type = delivery.headers['content-type'] ?? 'missing';
  if (!source.mediaType.test(type)) {
    return refused(refusal(415, `the content type is ${type.slice(0, 100)}`, 'Send application/json.'));
  }
  const json = jsonOf(delivery.body);
  if (!json.ok) return refused(json.refusal);
  const said = parse(source, json.value, delivery, access.now());
  if ('status' in said) return refused(said);
  const unable = (await source.handshake?.(json.value, access)) ?? null;
  return unable ? refused(unable) : { kind: 'alerts', ...said };
}

function parse(source: Source, body: unknown, head: Head, receivedAt: Date): Said | Refusal {
  try {
    return source.parse(body, head, receivedAt);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const [first] = error.issues;
    const where = first?.path.join('.').slice(0, 200) || 'the body';
    return refusal(
      400,
      `${where}: ${first?.message ?? 'wrong shape'}`,
      `Send the ${source.name} webhook body as docs/sources.md says; the named field does not fit it.`,
    );
  }
}

function refused(why: Refusal): Read {
  return { kind: 'refused', refusal: why };
}

function unknownSource(name: string): Refusal {
  return refusal(
    404,
    `there is no source “${name}”`,
    `Post to /hooks/${sourceNames.join(', /hooks/')}; what has no source of its own goes to the last one.`,
  );
}
