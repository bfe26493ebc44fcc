import type { Member } from './open-group.ts';
import { LOOK_AGAIN, LOOK_BACK, LOOKED_AT, MINUTE, QUIET_KEPT } from './weights.ts';

const FORGOTTEN = 30 * MINUTE;
const PLACES_KEPT = 20_000;

/** What is kept quiet and may still come to light. */
export function createQuietAlerts() {
  const alerts = new Map<number, Member>();
  // The latest of each rule and each word, and the latest of all: what a new alert may have to do with.
  const latest = new Map<string, Member[]>();
  const everything = '';
  const again = LOOK_AGAIN.map((minutes) => ({ minutes, waiting: [] as Member[], next: 0 }));

  const places = (member: Member) => [everything, member.features.rule, ...member.about];
  const forget = (member: Member) => alerts.delete(member.id);

  return {
    get: (id: number): Member | undefined => alerts.get(id),
    forget,
    add(member: Member): void {
      for (const [, old] of alerts) {
        if (alerts.size < QUIET_KEPT && member.at - old.at <= FORGOTTEN) break;
        forget(old);
      }
      alerts.set(member.id, member);
      for (const place of places(member)) {
        const list = latest.get(place) ?? [];
        list.push(member);
        if (list.length > (place === everything ? LOOKED_AT : LOOKED_AT / 8)) list.splice(0, 1);
        latest.delete(place);
        latest.set(place, list);
      }
      while (latest.size > PLACES_KEPT) {
        const [oldest] = latest.keys();
        if (oldest === undefined) break;
        latest.delete(oldest);
      }
      for (const look of again) look.waiting.push(member);
    },
    /** Those of the last minutes that may have to do with this alert; oldest first. */
    around(member: Member, now: number): Member[] {
      const found = new Map<number, Member>();
      for (const place of places(member)) {
        for (const one of latest.get(place) ?? []) {
          if (Math.abs(now - one.at) <= LOOK_BACK * MINUTE && alerts.has(one.id) && one.id !== member.id) {
            found.set(one.id, one);
          }
        }
      }
      return [...found.values()].sort((a, b) => a.at - b.at || a.id - b.id).slice(-LOOKED_AT);
    },
    /** Those that are still quiet and still fire now that it is time to look again; each once for each time. */
    due(now: number): { member: Member; minutes: number }[] {
      return again.flatMap((look) => {
        const due = [];
        for (; look.next < look.waiting.length; look.next += 1) {
          const member = look.waiting[look.next];
          if (!member || member.at + look.minutes * MINUTE > now) break;
          if (alerts.has(member.id) && member.endedAt === null) due.push({ member, minutes: look.minutes });
        }
        if (look.next > 1000) look.waiting.splice(0, look.next);
        if (look.next > 1000) look.next = 0;
        return due;
      });
    },
  };
}

export type QuietAlerts = ReturnType<typeof createQuietAlerts>;
