import type { Labels } from './exposition.ts';

const OFFSET = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;
const SEPARATOR = 0xff;

/**
 * The fingerprint of a label set as Alertmanager writes it: FNV-1a (64 bit) over the names and values in the
 * order of the names, each followed by the byte 255; 16 hexadecimal digits.
 */
export function fingerprint(labels: Labels): string {
  let hash = OFFSET;
  const mix = (byte: number) => {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * PRIME);
  };
  for (const name of Object.keys(labels).sort()) {
    for (const part of [name, labels[name] ?? '']) {
      for (const byte of Buffer.from(part)) mix(byte);
      mix(SEPARATOR);
    }
  }
  return hash.toString(16).padStart(16, '0');
}
