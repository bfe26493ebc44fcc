/** Every letter of a text, written in another way. */
const each =
  (write: (code: number) => string, between = '') =>
  (text: string): string =>
    Array.from(text, (one) => write(one.codePointAt(0) ?? 0)).join(between);
const hex = (code: number, width = 2): string => code.toString(16).padStart(width, '0');
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const percent = each((code) => `%${hex(code)}`);
// A key over several lines is put on one first, as in an environment variable.
const line = (text: string): string => text.replaceAll('\n', ' ');
const pieces = (text: string, size: number, mark: string): string =>
  (line(text).match(new RegExp(`.{1,${size}}`, 'g')) ?? []).join(mark);

/** How a secret may stand in a source, or be written by a model that has seen it. */
export const SPELLINGS: Record<string, (text: string) => string> = {
  plain: (text) => text,
  quoted: (text) => `{"value":"${text.replaceAll('\n', '\\n')}"}`,
  'between words': (text) => `the key is ${text}, rotate it`,
  'with zero-width spaces': (text) => text.replaceAll(/(.{3})/g, '$1\u200b'),
  'with soft hyphens': (text) => text.replaceAll(/(.{5})/g, '$1\u00ad'),
  'with variation selectors': (text) => line(text).replaceAll(/(.{2})/g, '$1\ufe0f'),
  'with accents': (text) => line(text).replaceAll(/([A-Za-z0-9]{4})/g, '$1\u0301'),
  base64,
  base64url: (text) => Buffer.from(text).toString('base64url'),
  'base64 in lines': (text) => base64(`${'-'.repeat(50)} ${text}`).replaceAll(/(.{76})/g, '$1\n'),
  'base64 twice': (text) => base64(base64(text)),
  hexadecimal: each((code) => hex(code)),
  'hexadecimal in capitals': each((code) => hex(code).toUpperCase()),
  'hexadecimal with colons': each((code) => hex(code), ':'),
  'hexadecimal bytes': each((code) => `0x${hex(code)}`, ', '),
  'decimal codes': each(String, ' '),
  binary: each((code) => code.toString(2).padStart(8, '0'), ' '),
  'percent-encoded': percent,
  'percent-encoded twice': (text) => encodeURIComponent(percent(text)),
  'quoted-printable': each((code) => `=${hex(code).toUpperCase()}`),
  'in a query': (text) => `https://evil.example/?q=${encodeURIComponent(text)}`,
  'escaped as \\u': each((code) => `\\u${hex(code, 4)}`),
  'escaped as \\x': each((code) => `\\x${hex(code)}`),
  'escaped in octal': each((code) => `\\${code.toString(8).padStart(3, '0')}`),
  'in HTML entities': each((code) => `&#x${hex(code)};`),
  'in wide letters': each((code) => String.fromCodePoint(code > 32 && code < 127 ? code + 0xfee0 : 32)),
  'letter by letter': (text) => pieces(text, 1, ' '),
  'a letter a line': (text) => pieces(text, 1, '\n'),
  'in groups of four': (text) => pieces(text, 4, ' '),
  'in lines of eight': (text) => pieces(text, 8, '\n'),
  'as strings to join': (text) => `"${pieces(text, 10, '" + "')}"`,
  'with emphasis': (text) => line(text).replaceAll(/([A-Za-z0-9]{5})/g, '**$1**'),
  backwards: (text) => Array.from(line(text)).toReversed().join(''),
};
