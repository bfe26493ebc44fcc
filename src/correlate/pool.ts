import type { Likelihood } from './likelihood.ts';
import { MODEL } from './model.ts';
import { mins, MINUTE, type One } from './remembered.ts';

const KEPT = 300;
const FIRING_MS = 30 * MINUTE;
const LOOKED_AT = 40;
// From this age on an alert may be called long, and then it is looked at again every half minute.
const LONG_MIN = 2;
const AGAIN_MIN = 0.5;
const LONGER_GAIN = 0.3;

/** The quiet alerts of the last minutes, and older ones that still fire: those that may yet come to light. */
export function createPool(likelihood: Likelihood) {
  const quiet = new Map<number, One>();
  const reachMs = MODEL.reachMin * MINUTE;
  return {
    /** In a storm only the last are looked at again; those that have ended are the first to go. */
    keep(one: One): void {
      quiet.set(one.id, one);
      if (quiet.size <= KEPT) return;
      let goes: number | null = null;
      for (const [id, other] of quiet) {
        goes ??= id;
        if (other.endedAt === null) continue;
        goes = id;
        break;
      }
      if (goes !== null) quiet.delete(goes);
    },

    drop: (one: One) => quiet.delete(one.id),

    forget(now: number): void {
      for (const [id, one] of quiet) {
        if (now - one.at > (one.endedAt === null ? FIRING_MS : reachMs)) quiet.delete(id);
      }
    },

    near: (at: number) => [...quiet.values()].filter((one) => Math.abs(at - one.at) <= reachMs),

    /** Those that still fire and have for longer than their rule usually does. */
    lasting(now: number): One[] {
      const found: One[] = [];
      for (const one of quiet.values()) {
        if (one.endedAt !== null) continue;
        const age = mins(now - one.at);
        if (age < LONG_MIN || age < one.checkedMin + AGAIN_MIN) continue;
        one.checkedMin = age;
        if (likelihood.lastingGain(one, now) >= LONGER_GAIN) found.push(one);
      }
      return found;
    },

    /**
     * The quiet alerts that one fault would explain together with this one. `lone`: how much this one alone
     * speaks for a new fault; `extra`: how much the others add. `alone`: its rate by itself.
     */
    gather(seed: One, now: number, alone: number) {
      const members = [seed];
      const along: { one: One; gain: number }[] = [];
      const first = likelihood.faultRate(now) * likelihood.share(seed);
      const lone = Math.log(first / alone) + likelihood.lastingGain(seed, now);
      let extra = 0;
      let left = [...quiet.values()]
        .filter((one) => one !== seed && Math.abs(one.at - seed.at) <= reachMs)
        .sort((a, b) => Math.abs(a.at - seed.at) - Math.abs(b.at - seed.at))
        .slice(0, LOOKED_AT);
      // What did not fit at first may fit once others do.
      for (let round = 0; round < 2; round += 1) {
        left = left.filter((one) => {
          const gain = likelihood.fit(one, members, now);
          if (gain <= MODEL.expected) return true;
          members.push(one);
          along.push({ one, gain });
          extra += Math.min(MODEL.most, gain - MODEL.expected);
          return false;
        });
      }
      return { lone, extra, along };
    },
  };
}
