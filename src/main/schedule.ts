import type { Jobs } from '../adapters/postgres/job-queue.ts';

const DIGEST = 'digest';
/** Each day at eight, UTC. */
const DIGEST_AT = '0 8 * * *';

const REFIT = 'refit-confidence';
/** Each hour: labels age, and verified fixes label themselves. */
const REFIT_AT = '17 * * * *';

/** What happens at set times: once, however many processes there are, because the queue keeps the times. */
export async function schedule(
  jobs: Jobs,
  work: { openDigest: () => Promise<unknown>; refit: () => Promise<unknown> },
): Promise<void> {
  await jobs.define(DIGEST, { retryLimit: 5, retryDelayS: 60, expireS: 60, concurrency: 1 }, async () => {
    await work.openDigest();
  });
  await jobs.every(DIGEST, DIGEST_AT);
  await jobs.define(REFIT, { retryLimit: 1, retryDelayS: 60, expireS: 60, concurrency: 1 }, async () => {
    await work.refit();
  });
  await jobs.every(REFIT, REFIT_AT);
}
