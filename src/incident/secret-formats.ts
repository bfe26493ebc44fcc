/** What stands in the place of a masked secret. */
export const MASK = '[secret removed]';

// Formats that are secrets whatever surrounds them. Each begins with a prefix that its issuer documents, so
// ordinary words are not hit. The classes leave out quotes and backslashes: a mask must not break JSON. Anybody may
// write the text, so what a pattern has read in vain is never read again from each of its places: an open repetition
// stands last, or ends at a mark that its prefix bears as well.
const TOKENS = [
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g,
  /\bxox[abeoprs]-[\w-]{10,}/g,
  /\bxapp-\d-[\w-]{10,}/g,
  /https:\/\/hooks\.slack\.com\/(?:services|workflows|triggers)\/[\w/-]+/g,
  /\b(?:gh[opsur]_[A-Za-z0-9]{20,}|github_pat_\w{20,})/g,
  /\bglpat-[\w-]{20,}/g,
  /\bsk-[\w-]{20,}/g,
  /\b[rs]k_(?:live|test)_[A-Za-z0-9]{10,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bAIza[\w-]{35}/g,
  /\bya29\.[\w-]{20,}/g,
  /\bnpm_[A-Za-z0-9]{30,}/g,
  /\bdop_v1_[a-f0-9]{40,}/g,
  /\bFlyV1 [\w=,+/-]{20,}/g,
  /\bhvs\.[\w-]{20,}/g,
  /\bSG\.[\w-]{16,}\.[\w-]{16,}/g,
  // Its prefix may stand in its own first part, so whether the other parts follow is asked once, where a word begins.
  /(?<![\w-])(?=[\w-]{11,}\.[\w-]{8,}\.)(?:[\w-]*?-)??eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g,
];

// Values that only their name gives away; the name stays, because it helps to understand the text. A value
// that is itself a reference (${NAME}, $NAME, <name>) is no secret.
const NAMED =
  /((?:pass(?:word|wd|phrase)?|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?)["']?\s*[:=]\s*["']?)(?![$<{[])([^\s"'\\,;&<>]{6,})/gi;
const AUTHORIZATION = /(\b(?:bearer|basic)\s+)([\w.~+/=-]{12,})/gi;
const IN_URL = /(\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s:/@"'\\]*:)([^\s/@"'\\]+)(@)/gi;

/** Whether a token stands in the text, of a format that is a secret whatever surrounds it. */
export function hasToken(text: string): boolean {
  return TOKENS.some((pattern) => text.search(pattern) >= 0);
}

/** The text with everything masked that has the form of a secret as it stands. */
export function maskFormats(text: string): string {
  const masked = TOKENS.reduce((rest, pattern) => rest.replace(pattern, MASK), text);
  return masked
    .replace(IN_URL, `$1${MASK}$3`)
    .replace(AUTHORIZATION, `$1${MASK}`)
    .replace(NAMED, (whole, name: string, value: string) =>
      value.startsWith('[secret') ? whole : `${name}${MASK}`,
    );
}
