import { maskSecrets } from '../incident/secrets.ts';

/** What bears such a name is a secret wherever it stands. */
const SECRET =
  /(?:token|secret|password|passwd|passcode|passphrase|pwd|bearer|credentials?|authorization|(?:api|private|access|secret|signing|encryption)[-_]?key)$/i;

/** These only as a word of their own: “bypass” and “oauth” name something else. */
const SECRET_WORD = /(?:^|[^a-z])(?:pass|auth)$/i;
const SECRET_WORD_IN_CAMEL_CASE = /[a-z\d](?:Pass|Auth)$/;

/** How one signs in, and in which folder one works, is said under such names as well: `--auth none`, `PWD=/srv`. */
const NO_SECRET =
  /^(?:none|no|off|false|yes|on|true|\d|disabled?|enabled?|required?|optional|anonymous|basic|bearer|digest|iam|jwt|mtls|oauth2?|oidc|saml|ldap|kerberos|aws|sigv4|azure|google|gcloud|github|gitlab|api-?key|password|token|\/.*)$/i;
const OFTEN_NONE = /(?:auth|bearer|pwd)$/i;

/** Switches a thing on or off and takes no value: what follows it is something else. */
const SWITCH = /^-+(?:no|skip|disable|enable|use|with|without|require|allow)-/i;

/** In a header these are as well: nobody sends the name of a thing there. */
const SECRET_HEADER = /(?:cookie|key|auth|session|signature)$|secret/i;

const PLACEHOLDERS = /^(?:\{[a-z][a-z0-9_-]*\})+$/;

/** What stands between a name and its value, in one word and in several. */
const ASSIGNED = { word: /=/g, words: /:\s+/g };

const SHELL_VARIABLE = /^["']?\$(?:\w+|\{\w+\})["']?$/;

/** Where a secret is written out, as a path below what was looked at. */
type Found = { path: (string | number)[]; where: string };

/** The mistake of a value that has a secret `where`; `instead` says what to do. */
export function writtenOut(where: string, instead: string): string {
  return `holds a secret${where}, which every process would have, also the one that asks a model; ${instead}`;
}

/**
 * Whether the text of a header is a secret, by the name of the header or by its own form. Every process reads sitrep.yaml,
 * also the one that asks a model, so that what is written there would be no credential for one of them alone.
 */
export function isSecretHeader(name: string, text: string): boolean {
  return (text !== '' && (isSecretName(name) || SECRET_HEADER.test(name))) || hasForm(text);
}

/** A secret in the address: before its host, in its query, or with the form of one. */
export function secretInAddress(address: string): string | null {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url && (url.username !== '' || url.password !== '')) return 'before the host';
  for (const [name, value] of url?.searchParams ?? []) if (isSecret(name, value)) return `in “${name}”`;
  return hasForm(address) ? 'in it' : null;
}

/** The first secret in what is sent as JSON. What stands in a list has the name of the list. */
export function secretInJson(value: unknown, path: (string | number)[] = []): Found | null {
  if (typeof value === 'string' || typeof value === 'number') {
    const name = path.findLast((one) => typeof one === 'string') ?? '';
    return isSecret(name, String(value)) ? { path, where: name } : null;
  }
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, inner] of Object.entries(value)) {
    const found = secretInJson(inner, [...path, Array.isArray(value) ? Number(key) : key]);
    if (found) return found;
  }
  return null;
}

/**
 * The place of the first argument of a command that is a secret: `--token=x`, `--token x`, `TOKEN=x`, `--env=TOKEN=x`,
 * `Authorization: x`, or by its form, also within a line for a shell. A variable that such a line names is none.
 */
export function secretArgument(command: readonly string[]): number | null {
  const place = command.findIndex((argument, at) => {
    const before = command[at - 1] ?? '';
    const isNamed =
      before.startsWith('-') && !before.includes('=') && !SWITCH.test(before) && !argument.startsWith('-');
    const words = argument.split(/\s+/);
    return (
      (words.length > 1 && secretArgument(words) !== null) ||
      [...argument.matchAll(words.length > 1 ? ASSIGNED.words : ASSIGNED.word)].some(({ index, 0: sign }) =>
        isAssigned(argument.slice(0, index), argument.slice(index + sign.length)),
      ) ||
      (isNamed && isWritten(before, argument)) ||
      hasForm(argument)
    );
  });
  return place < 0 ? null : place;
}

/** In a sentence such as “Check auth: look at the logs” the shorter names are words like others. */
function isAssigned(name: string, value: string): boolean {
  return isWritten(name, value) && (!/\s/.test(name) || SECRET.test(name) || hasForm(value));
}

function isWritten(name: string, value: string): boolean {
  return !SHELL_VARIABLE.test(value) && isSecret(name, value);
}

function isSecret(name: string, value: string): boolean {
  if (value === '' || PLACEHOLDERS.test(value)) return false;
  return (isSecretName(name) && !(OFTEN_NONE.test(name) && NO_SECRET.test(value))) || hasForm(value);
}

function isSecretName(name: string): boolean {
  return SECRET.test(name) || SECRET_WORD.test(name) || SECRET_WORD_IN_CAMEL_CASE.test(name);
}

function hasForm(text: string): boolean {
  return maskSecrets(text) !== text;
}
