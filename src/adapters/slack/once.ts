import { sha256 } from '../../incident/canonical.ts';
import type { RequestLog } from './gate.ts';
import type { Log } from './log.ts';

/**
 * Whether a payload is new. Slack repeats an event that it thinks was lost, newly signed, and Socket Mode
 * has no signatures at all; the id of the event or of the interaction stays the same.
 */
export async function isNew(requests: RequestLog, log: Log, payload: object): Promise<boolean> {
  const id = idOf(payload);
  if (id === null) return true;
  try {
    return await requests.isFirst(sha256(id));
  } catch (error) {
    log.warn(
      { error: error instanceof Error ? error.message : 'unknown' },
      'Could not look whether a payload came before',
    );
    return true;
  }
}

function idOf(payload: object): string | null {
  if ('event_id' in payload && typeof payload.event_id === 'string') return `event:${payload.event_id}`;
  if ('trigger_id' in payload && typeof payload.trigger_id === 'string')
    return `trigger:${payload.trigger_id}`;
  return null;
}
