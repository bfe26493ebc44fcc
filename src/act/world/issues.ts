export type Issue = {
  number: number;
  url: string;
  title: string;
  state: 'open' | 'closed';
  updatedAt: string;
};

export interface Issues {
  issue(repo: string, number: number): Promise<Issue | null>;
  /** The newest issue whose body ends in this mark, of the last 300. */
  marked(repo: string, mark: string): Promise<Issue | null>;
  /** An open issue with exactly this title, of the last 300. */
  openTitled(repo: string, title: string): Promise<Issue | null>;
  open(repo: string, text: { title: string; body: string }): Promise<void>;
  close(repo: string, number: number): Promise<void>;
}
