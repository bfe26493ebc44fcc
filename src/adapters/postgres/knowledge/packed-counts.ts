/** How often a term stands at a place: 0–3 are the document's own fields, then heading and body of each passage in turn. */
export type Entry = { slot: number; count: number };
/** Entries of each term by its id. */
export type PackedTerms = ReadonlyMap<number, readonly Entry[]>;

/**
 * Packs counts into bytes: terms by ascending id, each as its distance to the one before, the number of its
 * entries, and their slots and counts, all as variable-length integers of seven bits a byte. A document of
 * five passages takes about a kilobyte.
 */
export function packCounts(terms: PackedTerms): Buffer {
  const bytes: number[] = [];
  const write = (value: number) => {
    for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128);
    bytes.push(value);
  };
  let before = 0;
  for (const [id, entries] of [...terms].toSorted(([a], [b]) => a - b)) {
    write(id - before);
    before = id;
    write(entries.length);
    for (const { slot, count } of entries) {
      write(slot);
      write(count);
    }
  }
  return Buffer.from(bytes);
}

/** The reverse of `packCounts`; with `only`, of those terms alone. */
export function unpackCounts(bytes: Uint8Array, only?: ReadonlySet<number>): PackedTerms {
  const terms = new Map<number, Entry[]>();
  let at = 0;
  const read = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0;
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  let id = 0;
  while (at < bytes.length) {
    id += read();
    const wanted = only === undefined || only.has(id);
    const entries: Entry[] = [];
    for (let left = read(); left > 0; left--) {
      const slot = read();
      const count = read();
      if (wanted) entries.push({ slot, count });
    }
    if (wanted) terms.set(id, entries);
  }
  return terms;
}
