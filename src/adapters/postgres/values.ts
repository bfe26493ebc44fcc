import pg from 'pg';
import utils from 'pg/lib/utils.js';

/** A parameter as it goes over the wire: text, bytes for bytea, or null. */
export type WireValue = string | Uint8Array | null;

/** Parses the text form of one value. */
export type Parser = (text: string) => unknown;

const INT8 = 20;
const INT8_ARRAY: number = 1016;
const TEXT_ARRAY: number = 1009;

/**
 * Converts parameters as node-postgres does: dates with their offset, arrays to array literals, other
 * objects to JSON, undefined to null. Done before any driver sees them, so that both behave alike and a
 * value that cannot be converted is the caller's TypeError and not a broken connection.
 */
export function toWire(params: readonly unknown[]): WireValue[] {
  return params.map((value) => utils.prepareValue(value));
}

/** The parser for a type by its oid; unknown types stay text. */
export function parserOf(oid: number): Parser {
  if (oid === INT8) return parseInt8;
  if (oid === INT8_ARRAY) return parseInt8Array;
  return pg.types.getTypeParser(oid, 'text');
}

function parseInt8(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(
    'A bigint beyond 2^53 cannot be a JavaScript number; select it as text (column::text) instead.',
  );
}

function parseInt8Array(text: string): (number | null)[] {
  const items = pg.types.getTypeParser(TEXT_ARRAY, 'text')(text) as (string | null)[];
  return items.map((item) => (item === null ? null : parseInt8(item)));
}
