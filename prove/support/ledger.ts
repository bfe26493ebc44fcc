/** Told of every write at its beginning: to what, and what. */
export type Ledger = (target: string, what: string) => void;
