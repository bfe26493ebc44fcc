import { refusal, type Refusal } from './delivery.ts';

/** Far above what any source nests, and far below what a recursive reader could trip over. */
const MAX_DEPTH = 64;
/** Values and keys in one body: five thousand alerts with forty labels each. */
const MAX_PARTS = 400_000;

type Json = { ok: true; value: unknown } | { ok: false; refusal: Refusal };

/** Reads JSON in UTF-8 whose nesting and number of parts are bounded; never throws. */
export function jsonOf(body: Uint8Array): Json {
  const tooMuch = beyondBounds(body);
  if (tooMuch) return { ok: false, refusal: tooMuch };
  try {
    return { ok: true, value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) };
  } catch (error) {
    const what = error instanceof SyntaxError ? 'the body is not JSON' : 'the body is not valid UTF-8';
    return { ok: false, refusal: refusal(400, what, 'Send one JSON value in UTF-8.') };
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Counts brackets, commas and colons outside of texts, byte by byte and before anything is built from
 * them. No byte of a character beyond ASCII looks like one of these, so UTF-8 needs no decoding for it.
 */
function beyondBounds(body: Uint8Array): Refusal | null {
  let depth = 0;
  let parts = 1;
  let within = false;
  for (let i = 0; i < body.length; i += 1) {
    const byte = body[i];
    if (within) {
      if (byte === BACKSLASH) i += 1;
      else if (byte === QUOTE) within = false;
      continue;
    }
    switch (byte) {
      case QUOTE:
        within = true;
        break;
      case 0x7b: // {
      case 0x5b: // [
        depth += 1;
        if (depth > MAX_DEPTH)
          return refusal(400, `the body is nested more than ${MAX_DEPTH} deep`, 'Send the documented shape.');
        break;
      case 0x7d: // }
      case 0x5d: // ]
        depth -= 1;
        break;
      case 0x2c: // ,
      case 0x3a: // :
        parts += 1;
        if (parts > MAX_PARTS)
          return refusal(
            413,
            `the body has more than ${MAX_PARTS} keys and values`,
            'Send fewer alerts at once.',
          );
        break;
      default:
    }
  }
  return null;
}
