export interface ResendStore {
  /**
   * Whether what was sent, and visibly did not arrive, may be sent once more: on all conditions of the first time, and only
   * if nothing was stopped since. Holds the kill switch where it is until the transaction ends.
   */
  mayResend(proposalId: string): Promise<boolean>;
  /** Why all actions are stopped; null while they are allowed, or where this proposal may pass all the same. */
  stopped(proposalId?: string): Promise<{ by: string; why: string } | null>;
  /** Whether enough people have approved the bytes that stand there now, and that consent has not expired. */
  isConsented(proposalId: string): Promise<boolean>;
}

/** Why what a crash cut off must not be sent once more; null where it may. */
export async function whyNotResend(store: ResendStore, id: string): Promise<string | null> {
  if (await store.mayResend(id)) return null;
  const stopped = await whyStopped(store, id);
  if (stopped !== null) return stopped;
  if (!(await store.isConsented(id))) return 'its approval has expired, or was of other bytes';
  return 'all actions were stopped since it was sent, or a step of its plan before it no longer stands';
}

/** That all actions are stopped, and why; null while they are allowed, or where this proposal may pass all the same. */
export async function whyStopped(store: Pick<ResendStore, 'stopped'>, id: string): Promise<string | null> {
  const stopped = await store.stopped(id);
  return stopped && `all actions are stopped (${stopped.why})`;
}
