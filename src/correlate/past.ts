import type { Background } from './background.ts';
import { MODEL } from './model.ts';
import type { Relations } from './relations.ts';
import { mins, MINUTE, type One } from './remembered.ts';

// By then it is known what an alert was part of.
const LEARNT_AFTER_MS = 6 * MINUTE;
// What is part of a fault says little of what its rule does by itself.
const FAULT_WEIGHT = 0.15;
const AROUND = 40;

export type Past = ReturnType<typeof createPast>;

/** Alerts in the order of arrival until what they teach has been learnt. */
export function createPast(background: Background, relations: Relations) {
  let recent: One[] = [];
  let next = 0;

  function learn(one: One, index: number): void {
    one.learnt = true;
    const weight = one.group?.strong ? FAULT_WEIGHT : 1;
    background.learn(one, weight, plainly(one));
    if (one.group?.strong) {
      background.learnFault(one.rule, one.sure);
      for (const member of one.group.recent)
        relations.learn(one, member, (one.sure * member.sure) / one.group.recent.length);
    }
    // What comes together by itself is learnt from what was not part of anything larger: neither of a fault
    // that was seen nor of a crowd that may be one, unless it is a crowd of one rule.
    const peers: One[] = [];
    for (let k = index - 1; k >= 0 && peers.length <= 40; k -= 1) {
      const other = recent[k] as One;
      if (one.at - other.at > MINUTE) break;
      peers.push(other);
    }
    const crowd = peers.length > MODEL.crowd + 3 * background.allRate(one.at);
    for (const other of peers) {
      const plain = plainly(one) && plainly(other) && (!crowd || other.rule === one.rule);
      background.pair(one, other, plain);
    }
    if (one.endedAt !== null && weight === 1) background.lasted(one.rule, mins(one.endedAt - one.at));
  }

  return {
    add(one: One): void {
      recent.push(one);
    },

    learnUntil(now: number): void {
      for (let one = recent[next]; one && one.at < now - LEARNT_AFTER_MS; one = recent[next]) {
        learn(one, next);
        next += 1;
      }
      if (next <= 256) return;
      // Those of the last minute are still needed as partners.
      const gone = next - 64;
      recent = recent.slice(gone);
      next -= gone;
    },

    /** Alerts that came within a minute of that time, the latest first; not all of them in a storm. */
    around(at: number): One[] {
      let low = 0;
      let high = recent.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((recent[middle] as One).at <= at + MINUTE) low = middle + 1;
        else high = middle;
      }
      const found: One[] = [];
      for (let k = low - 1; k >= 0 && found.length < AROUND; k -= 1) {
        const one = recent[k] as One;
        if (at - one.at > MINUTE) break;
        found.push(one);
      }
      return found;
    },
  };
}

function plainly({ group }: One): boolean {
  return group === null || (!group.strong && group.members <= 4);
}
