/** One unit of durable work. A step looks up what it needs, so that running it twice changes nothing more. */
export type Step =
  | { kind: 'incident'; id: number }
  | { kind: 'proposal'; id: string }
  /** What the executor does with a proposal; a queue of its own, for it alone holds write credentials. */
  | { kind: 'execute'; id: string }
  | { kind: 'investigate'; id: number }
  /** What an undo order still has to offer. */
  | { kind: 'undo'; id: string };

/** Steps with the same key are one while they wait. */
export function stepKey(step: Step): string {
  return `${step.kind}:${step.id}`;
}
