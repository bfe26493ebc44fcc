import { MODEL } from './model.ts';

const HOUR = 3_600_000;

/**
 * What a single alert must speak for a fault to open an incident without any other: the more such incidents
 * there were of late, the more, because nobody looks at the fiftieth. News, security and what lasts or comes in
 * company are not held to it.
 */
export function createLoneBar() {
  let count = 0;
  let at = 0;
  const ofLate = (now: number) => count * Math.exp(-Math.max(0, now - at) / (MODEL.loneHours * HOUR));
  return {
    bar: (now: number) => MODEL.lone + Math.max(0, Math.log(ofLate(now) / MODEL.loneUsual)),
    opened(now: number): void {
      count = ofLate(now) + 1;
      at = now;
    },
  };
}
