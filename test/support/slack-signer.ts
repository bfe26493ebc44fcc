import { createHmac } from 'node:crypto';

export const SIGNING_SECRET = 'a-signing-secret-for-tests';

export type SignedRequest = { headers: Record<string, string>; body: string };

/** A request body signed as Slack signs it, at the given second. */
export function sign(
  body: string,
  contentType: string,
  atS = Math.floor(Date.now() / 1000),
  secret = SIGNING_SECRET,
): SignedRequest {
  const signature = createHmac('sha256', secret).update(`v0:${atS}:${body}`).digest('hex');
  return {
    body,
    headers: {
      'content-type': contentType,
      'x-slack-request-timestamp': String(atS),
      'x-slack-signature': `v0=${signature}`,
    },
  };
}

export function signedForm(fields: Record<string, string>, atS?: number, secret?: string): SignedRequest {
  return sign(new URLSearchParams(fields).toString(), 'application/x-www-form-urlencoded', atS, secret);
}

export function signedInteraction(payload: object, atS?: number): SignedRequest {
  return signedForm({ payload: JSON.stringify(payload) }, atS);
}

export function signedEvent(payload: object, atS?: number): SignedRequest {
  return sign(JSON.stringify(payload), 'application/json', atS);
}
