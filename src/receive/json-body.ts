import { refusal, type Refusal } from './delivery.ts';

/** Far above what any source nests, and far below what a recursive reader could trip over. */
const MAX_DEPTH = 64;
/** Names and values in one body: five thousand alerts with forty labels each. */
const MAX_PARTS = 400_000;

/** Names in one object; the largest that anybody sends is a set of labels. */
const MAX_NAMES = 2000;

type Json = { ok: true; value: unknown } | { ok: false; refusal: Refusal };

/** Reads JSON in UTF-8 whose nesting and number of parts are bounded; never throws. */
export function jsonOf(body: Uint8Array): Json {
  const beyond = beyondBounds(body);
  if (beyond) return { ok: false, refusal: beyond };
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
  /** How many names the objects around this place have had by now, by their depth. */
  const names = new Uint32Array(MAX_DEPTH + 1);
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
        if (depth > MAX_DEPTH) return tooMuch(400, `is nested more than ${MAX_DEPTH} deep`);
        names[depth] = 0;
        break;
      case 0x7d: // }
      case 0x5d: // ]
        // What closes more than was opened is no JSON, and its reader will say so.
        depth = Math.max(depth - 1, 0);
        break;
      case 0x3a: // :
        parts += 1;
        names[depth] = (names[depth] ?? 0) + 1;
        if ((names[depth] ?? 0) > MAX_NAMES)
          return tooMuch(413, `has an object with more than ${MAX_NAMES} names`);
        break;
      case 0x2c: // ,
        parts += 1;
        break;
      default:
    }
    if (parts > MAX_PARTS) return tooMuch(413, `has more than ${MAX_PARTS} names and values`);
  }
  return null;
}

function tooMuch(status: 400 | 413, what: string): Refusal {
  return refusal(status, `the body ${what}`, 'Send the documented shape, with fewer alerts at once.');
}
