/** What stands in the place of a masked secret. */
export const MASK = '[secret removed]';

// Formats that are secrets whatever surrounds them. Each begins with a prefix that its issuer documents, so
// ordinary words are not hit. The classes leave out quotes and backslashes: a mask must not break JSON.
const TOKENS = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\bxox[abeoprs]-[\w-]{10,}/g,
  /\bxapp-\d-[\w-]{10,}/g,
  /https:\/\/hooks\.slack\.com\/(?:services|workflows|triggers)\/[\w/-]+/g,
  /\b(?:gh[opsur]_[A-Za-z0-9]{20,}|github_pat_\w{20,})/g,
  /\bglpat-[\w-]{20,}/g,
  /\bsk-(?:[a-z]+-)?[\w-]{20,}/g,
  /\b[rs]k_(?:live|test)_[A-Za-z0-9]{10,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bAIza[\w-]{35}/g,
  /\bya29\.[\w-]{20,}/g,
  /\bnpm_[A-Za-z0-9]{30,}/g,
  /\bdop_v1_[a-f0-9]{40,}/g,
  /\bFlyV1 [\w=,+/-]{20,}/g,
  /\bhvs\.[\w-]{20,}/g,
  /\bSG\.[\w-]{16,}\.[\w-]{16,}/g,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g,
];

// Values that only their name gives away; the name stays, because it helps to understand the text. A value
// that is itself a reference (${NAME}, $NAME, <name>) is no secret.
const NAMED =
  /((?:pass(?:word|wd|phrase)?|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?)["']?\s*[:=]\s*["']?)(?![$<{[])([^\s"'\\,;&<>]{6,})/gi;
const AUTHORIZATION = /(\b(?:bearer|basic)\s+)([\w.~+/=-]{12,})/gi;
const IN_URL = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@"'\\]*:)([^\s/@"'\\]+)(@)/gi;

// Texts in which a token may be wrapped, long enough to hold one. Each can be undone without a key, so it hides nothing.
const WRAPPED: [pattern: RegExp, unwrap: (text: string) => string][] = [
  [/[\w.~%-]{16,}/g, (text) => (text.includes('%') ? decodeURIComponent(text) : '')],
  [/\b(?:[0-9a-f]{2}){12,}\b/gi, (text) => Buffer.from(text, 'hex').toString('latin1')],
  [/[A-Za-z0-9+/_-]{16,}={0,2}/g, (text) => Buffer.from(text, 'base64').toString('latin1')],
];

/**
 * The text with everything that has the form of a secret masked, also where it is written in base64, in
 * hexadecimal digits or percent-encoded. It knows formats, not secrets: a password in
 * a sentence goes through, so it is a second line of defence after not collecting secrets at all.
 */
export function maskSecrets(text: string): string {
  return maskPlain(WRAPPED.reduce((rest, [pattern, unwrap]) => rest.replace(pattern, masking(unwrap)), text));
}

function masking(unwrap: (text: string) => string): (text: string) => string {
  return (text) => {
    try {
      const inner = unwrap(text);
      // Most of what decodes to something decodes to noise, which is not text and holds no token.
      return /^[\t\n\r\u0020-\u007e]+$/.test(inner) && maskPlain(inner) !== inner ? MASK : text;
    } catch {
      return text;
    }
  };
}

function maskPlain(text: string): string {
  const masked = TOKENS.reduce((rest, pattern) => rest.replace(pattern, MASK), text);
  return masked
    .replace(IN_URL, `$1${MASK}$3`)
    .replace(AUTHORIZATION, `$1${MASK}`)
    .replace(NAMED, (whole, name: string, value: string) =>
      value.startsWith('[secret') ? whole : `${name}${MASK}`,
    );
}
