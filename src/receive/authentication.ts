import { createHmac } from 'node:crypto';
import type { Access, SecretName } from './access.ts';
import { refusal, type Head, type Refusal } from './delivery.ts';
import { sameSecret } from './same-secret.ts';
import type { Authentication } from './source.ts';

/** For sources that sign nothing: the webhook token, as a bearer token or as the password of basic authentication. */
export const byToken: Authentication = {
  missing: (access) => unset('SITREP_WEBHOOK_TOKEN', access),
  knock(head, access) {
    const missing = unset('SITREP_WEBHOOK_TOKEN', access);
    if (missing) return notSetUp(head.source, missing);
    return hasToken(head, access)
      ? null
      : refusal(
          401,
          'the webhook token is missing or wrong',
          'Send “Authorization: Bearer <SITREP_WEBHOOK_TOKEN>”, or the token as the password of basic authentication. It is not taken from the URL.',
        );
  },
  // The headers have already said it all.
  prove: (delivery, access) => byToken.knock(delivery, access),
};

/** Whether the headers carry the webhook token. */
export function hasToken(head: Head, access: Access): boolean {
  const given = tokenOf(head.headers['authorization'] ?? '');
  return given !== null && sameSecret(given, live('SITREP_WEBHOOK_TOKEN', access));
}

function tokenOf(header: string): string | null {
  const [, scheme, credentials] = /^(bearer|basic) +(\S+) *$/i.exec(header) ?? [];
  if (!scheme || !credentials) return null;
  if (scheme.toLowerCase() === 'bearer') return credentials;
  const pair = Buffer.from(credentials, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return colon < 0 ? null : pair.slice(colon + 1);
}

/** For sources that sign the body with HMAC-SHA256. */
export function byHmac(options: {
  variable: SecretName;
  /** Lower-case name of the header with the signature. */
  header: string;
  /** The signatures in lower-case hexadecimal that the header offers; one that fits is enough. */
  signatures: (header: string) => string[];
  /** Header with the time in Unix seconds that is signed before the body as `time:`, if it is sent. */
  timeHeader?: string;
}): Authentication {
  const { variable, header, signatures, timeHeader } = options;
  const knock = (head: Head, access: Access): Refusal | null => {
    const missing = unset(variable, access);
    if (missing) return notSetUp(head.source, missing);
    return head.headers[header]
      ? null
      : refusal(401, `the header ${header} is missing`, `Have the source sign with ${variable}.`);
  };
  return {
    missing: (access) => unset(variable, access),
    knock,
    prove(delivery, access) {
      const refused = knock(delivery, access);
      if (refused) return refused;
      const time = timeHeader ? delivery.headers[timeHeader] : undefined;
      const expected = live(variable, access).map((secret) => {
        const hmac = createHmac('sha256', secret);
        if (time !== undefined) hmac.update(`${time}:`);
        return hmac.update(delivery.body).digest('hex');
      });
      // More than a handful of signatures is nobody's rotation, only work for us.
      const offered = signatures(delivery.headers[header] ?? '').slice(0, 10);
      if (!offered.some((one) => sameSecret(one, expected))) {
        return refusal(
          401,
          'the signature does not fit the body',
          `Check that ${variable} is the secret that ${delivery.source} signs with, and that nothing between changes the body.`,
        );
      }
      return time === undefined ? null : stale(new Date(Number(time) * 1000), access.now(), MINUTES_5);
    },
  };
}

const MINUTES_5 = 5 * 60_000;

/** Refuses what was signed longer ago than `pastMs`, or more than five minutes ahead of our clock. */
export function stale(signedAt: Date, now: Date, pastMs: number): Refusal | null {
  const age = now.getTime() - signedAt.getTime();
  // Said this way round, a time that is no time at all is refused too.
  if (age <= pastMs && age >= -MINUTES_5) return null;
  return refusal(
    401,
    'the signed time is too far from now, so this may be a replay',
    'Check the clocks of both machines; a delivery that was held up must be sent anew.',
  );
}

export function notSetUp(source: string, variable: string): Refusal {
  return refusal(
    503,
    `${source} is not set up here: ${variable} is not set`,
    `Set ${variable} in the environment of Sitrep and start it again; docs/sources.md says where its value comes from.`,
  );
}

function unset(variable: SecretName, access: Access): SecretName | null {
  return live(variable, access).length > 0 ? null : variable;
}

// Anybody can sign with an empty secret, so it is none.
function live(variable: SecretName, access: Access): string[] {
  return access.secrets[variable].filter((secret) => secret !== '');
}
