/** One small change to one file of the shop. */
export type Change =
  /** The file appears as it stands in `source/`, or with the given text. */
  | { kind: 'add'; path: string; text?: string }
  /** `from` occurs exactly once in the file and becomes `to`. */
  | { kind: 'edit'; path: string; from: string; to: string }
  | { kind: 'remove'; path: string };

/** One commit of the shop's history, as data. */
export type HistoryCommit = {
  /** Hours before the moment at which the demo's repository is made. */
  hoursAgo: number;
  /** A role, which gives name and address of the author. */
  by: Role;
  subject: string;
  body?: string;
  changes: Change[];
  /** Release tags on this commit, `<service>-v<version>`. */
  releases?: string[];
};

type Role =
  | 'platform-dev'
  | 'storefront-dev'
  | 'catalog-dev'
  | 'checkout-dev'
  | 'pricing-dev'
  | 'docs-writer'
  | 'dependency-bot';

export function add(path: string, text?: string): Change {
  return text === undefined ? { kind: 'add', path } : { kind: 'add', path, text };
}

export function edit(path: string, from: string, to: string): Change {
  return { kind: 'edit', path, from, to };
}
