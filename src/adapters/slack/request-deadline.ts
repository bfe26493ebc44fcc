import { setTimeout as wait } from 'node:timers/promises';
import type { RequestLog } from './gate.ts';

// Slack gives up after three seconds, and a request asks twice before it is acknowledged.
const DEADLINE_MS = 150;

/**
 * A request log that is not waited for when the database is slow or frozen: it rejects after the deadline, and
 * its callers then let the request through, for the reason that `isFirst` in gate.ts gives.
 */
export function withDeadline(requests: RequestLog, deadlineMs: number = DEADLINE_MS): RequestLog {
  return {
    async isFirst(hash) {
      const asked = requests.isFirst(hash);
      const late = wait(deadlineMs, null, { ref: false });
      const answer = await Promise.race([asked, late]);
      if (answer === null) throw new Error(`the database has not answered within ${deadlineMs} ms`);
      return answer;
    },
  };
}
