import pino from 'pino';

/** The log goes to standard error as JSON lines; SITREP_LOG sets the level. Secrets are never passed to it. */
export function createLogger(fallback = 'info'): pino.Logger {
  return pino(
    { level: process.env['SITREP_LOG'] ?? fallback, base: null },
    pino.destination({ dest: 2, sync: true }),
  );
}
