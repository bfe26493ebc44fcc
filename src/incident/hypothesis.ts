/** A possible cause with the evidence for and against it. `by` says who thinks so: our own rules or a model. */
export type Hypothesis = {
  statement: string;
  verdict: 'supported' | 'refuted' | 'open';
  evidenceFor: number[];
  evidenceAgainst: number[];
  by: 'rules' | 'model';
};

/** A verdict as people read it. */
export const VERDICT_WORDS: Record<Hypothesis['verdict'], string> = {
  supported: 'the signals agree',
  refuted: 'refuted',
  open: 'not proven yet',
};
