import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { isValidSlackRequest } from '@slack/bolt';
import { sha256 } from '../../incident/canonical.ts';
import { readBody } from './body.ts';
import type { DoorRefusals } from './door-refusals.ts';
import type { InFlight } from './in-flight.ts';
import type { Log } from './log.ts';

/** Remembers which requests were handled. */
export type RequestLog = {
  /** Whether this hash is seen for the first time; it is remembered from then on. */
  isFirst(hash: string): Promise<boolean>;
};

export type GateSettings = {
  /** The only path that is served. */
  path: string;
  signingSecret: string;
  requests: RequestLog;
  log: Log;
  inFlight: InFlight;
  /** Counts who is turned away, for the record. */
  refusals: Pick<DoorRefusals, 'note'>;
  /** Where a request goes that is genuine, fresh and new. */
  next: RequestListener;
  /** Milliseconds since 1970. */
  now: () => number;
};

const MOST_SKEW_S = 5 * 60;
const MOST_BYTES = 1024 * 1024;
// Only the exact form: Bolt reads no further than the second `=`, so that one signature could otherwise be
// written in many ways and a replay would look new.
const SIGNATURE = /^v0=[0-9a-f]{64}$/;
const TIMESTAMP = /^\d{1,12}$/;

/**
 * The door that every request from Slack comes through. Bolt checks the signature too, but takes requests from
 * the future and takes the same request twice; here both are stopped, a replay with a 200 and without effect.
 */
export function createGate(settings: GateSettings): RequestListener {
  return (request, response) => {
    // Ends with the answer, which Bolt gives only after it has begun to count the handler as well.
    response.once('close', settings.inFlight.begin());
    admit(settings, request, response).catch((error: unknown) => {
      settings.log.error(
        { error: error instanceof Error ? error.message : 'unknown' },
        'A request from Slack failed',
      );
      refuse(response, 500, 'Sitrep could not handle the request; its log says why.');
    });
  };
}

async function admit(
  settings: GateSettings,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'POST') return refuse(response, 405, 'Slack requests are POST requests.');
  if (pathOf(request) !== settings.path)
    return refuse(response, 404, `Slack requests go to ${settings.path}.`);
  const body = await readBody(request, MOST_BYTES);
  if (body === 'too large') return refuse(response, 413, `The body is larger than ${MOST_BYTES} bytes.`);
  const signature = header(request, 'x-slack-signature');
  const refusal = whyRefused(settings, request, signature, body);
  if (refusal !== null) {
    settings.refusals.note(refusal, request.socket.remoteAddress);
    settings.log.warn(
      { remote: request.socket.remoteAddress },
      'Refused a request without a valid signature of Slack',
    );
    return refuse(
      response,
      401,
      'Not signed by Slack, or too old. Check SLACK_SIGNING_SECRET and the clock of this machine.',
    );
  }
  if (!(await isFirst(settings, signature))) {
    settings.refusals.note('replayed', request.socket.remoteAddress);
    settings.log.warn({}, 'A request from Slack came twice; the second was acknowledged and ignored');
    response.writeHead(200).end();
    return;
  }
  // Bolt compares the content type as a whole, parameters included.
  const contentType = header(request, 'content-type').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  request.headers['content-type'] = contentType;
  settings.next(Object.assign(request, { rawBody: body }), response);
}

function whyRefused(
  { signingSecret, now }: GateSettings,
  request: IncomingMessage,
  signature: string,
  body: Buffer,
): 'unsigned' | 'stale' | null {
  const timestamp = header(request, 'x-slack-request-timestamp');
  if (!SIGNATURE.test(signature) || !TIMESTAMP.test(timestamp)) return 'unsigned';
  if (Math.abs(now() / 1000 - Number(timestamp)) > MOST_SKEW_S) return 'stale';
  const isValid = isValidSlackRequest({
    signingSecret,
    body: body.toString(),
    headers: { 'x-slack-signature': signature, 'x-slack-request-timestamp': Number(timestamp) },
    nowMilliseconds: now(),
  });
  return isValid ? null : 'unsigned';
}

/**
 * Without the database a replay cannot be told. It is let through, because everything that a request can change
 * is decided in that same database, and because the switch that stops all actions must work without it.
 */
async function isFirst({ requests, log }: GateSettings, signature: string): Promise<boolean> {
  try {
    return await requests.isFirst(sha256(signature));
  } catch (error) {
    log.warn(
      { error: error instanceof Error ? error.message : 'unknown' },
      'Could not look whether a request came before',
    );
    return true;
  }
}

function pathOf(request: IncomingMessage): string | undefined {
  return request.url?.split('?', 1)[0];
}

function header(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
}

function refuse(response: ServerResponse, status: number, error: string): void {
  if (response.headersSent) return;
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
  response.end(JSON.stringify({ error }));
}
