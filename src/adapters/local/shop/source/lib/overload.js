const EVERY_MS = 100;
const LATE_MS = 250;

/**
 * Tells whether this process lags behind. What has waited longer than that in our queue is better
 * refused at once than answered after its caller has given up.
 */
export function overloadGuard() {
  let due = performance.now() + EVERY_MS;
  let lateUntil = 0;
  setInterval(() => {
    const now = performance.now();
    if (now - due > LATE_MS) lateUntil = now + EVERY_MS;
    due = now + EVERY_MS;
  }, EVERY_MS).unref();

  return () => {
    const now = performance.now();
    return now - due > LATE_MS || now < lateUntil;
  };
}
