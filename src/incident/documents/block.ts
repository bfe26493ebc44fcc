/** One piece of a text. `whole` is code or a table: cut only where it alone is too large for a passage. */
export type Block =
  | { kind: 'heading'; level: number; text: string }
  | { kind: 'text'; text: string }
  /** `head` and `foot` are repeated around every part where it has to be cut: fences, a table's first rows. */
  | { kind: 'whole'; head: string[]; lines: string[]; foot: string[] };

/** What a format says of a text: its blocks, and what stands in its header. */
export type ReadText = { blocks: Block[]; header: Readonly<Record<string, string>> };
