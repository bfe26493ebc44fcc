/** A possible cause with the evidence for and against it. `by` says who thinks so: our own rules or a model. */
export type Hypothesis = {
  statement: string;
  verdict: 'supported' | 'refuted' | 'open';
  evidenceFor: number[];
  evidenceAgainst: number[];
  by: 'rules' | 'model';
};
