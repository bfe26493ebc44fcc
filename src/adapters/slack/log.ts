import { LogLevel, type Logger } from '@slack/bolt';

/** What this adapter needs of a logger; pino fits. */
export type Log = {
  info(meta: object, message: string): void;
  warn(meta: object, message: string): void;
  error(meta: object, message: string): void;
};

/**
 * Bolt's own log lines, warnings and errors only. Their arguments may be whole error objects that hold
 * requests with tokens in them, so nothing but text and an error's name and message is let through.
 */
export function boltLogger(log: Log): Logger {
  const words = (parts: unknown[]): string =>
    parts
      .map((part) =>
        part instanceof Error ? `${part.name}: ${part.message}` : typeof part === 'string' ? part : '',
      )
      .filter(Boolean)
      .join(' ');
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: (...parts) => log.warn({ bolt: words(parts) }, 'Slack library warns'),
    error: (...parts) => log.error({ bolt: words(parts) }, 'Slack library reports an error'),
    setLevel: () => undefined,
    getLevel: () => LogLevel.WARN,
    setName: () => undefined,
  };
}
