/** Slack gives the app three seconds to open a view. */
const TRIGGER_LIFE_MS = 3000;

export type TriggerUse =
  | { ok: true; userId: string; viewId: string | null }
  | { ok: false; error: 'invalid_trigger_id' | 'expired_trigger_id' | 'exchanged_trigger_id' };

/** Trigger ids: made with each interaction, good for one view within three seconds. */
export interface Triggers {
  /** `viewId` is the view in which the person acted, for views.push. */
  issue(userId: string, viewId?: string): string;
  use(triggerId: unknown): TriggerUse;
}

export function createTriggers(now: () => number, newId: () => string): Triggers {
  const issued = new Map<string, { userId: string; viewId: string | null; at: number; used: boolean }>();
  return {
    issue(userId, viewId) {
      for (const [id, { at }] of issued) if (now() - at > 60_000) issued.delete(id);
      const id = `${now()}.${newId()}`;
      issued.set(id, { userId, viewId: viewId ?? null, at: now(), used: false });
      return id;
    },
    use(triggerId) {
      const trigger = typeof triggerId === 'string' ? issued.get(triggerId) : undefined;
      if (!trigger) return { ok: false, error: 'invalid_trigger_id' };
      if (trigger.used) return { ok: false, error: 'exchanged_trigger_id' };
      if (now() - trigger.at > TRIGGER_LIFE_MS) return { ok: false, error: 'expired_trigger_id' };
      trigger.used = true;
      return { ok: true, userId: trigger.userId, viewId: trigger.viewId };
    },
  };
}
