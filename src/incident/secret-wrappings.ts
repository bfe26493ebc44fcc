import { hasToken, maskFormats } from './secret-formats.ts';

/** One way to write a text so that no format is seen in it, and how it is undone. */
export type Wrapping = {
  /** Where it may be, long enough to hold a token. */
  find: RegExp;
  /** The text inside; the same text where there is nothing to undo. May throw. */
  undo: (run: string) => string;
};

// What is no character must not keep the rest of a run from being read.
const letter = (code: string, base: number): string => {
  const point = Number.parseInt(code, base);
  return point <= 0x10ffff ? String.fromCodePoint(point) : '';
};
const bytes = (run: string, encoding: 'base64' | 'hex'): string =>
  Buffer.from(run, encoding).toString('latin1');

const ESCAPED: Wrapping[] = [
  // %67%68, =67=68, also what was encoded once more: %2567.
  {
    find: /[\w.~:/@+%=-]{16,}/g,
    undo: (run) => decoded(decoded(run, /[%=]([0-9a-f]{2})/gi, 16), /%([0-9a-f]{2})/gi, 16),
  },
  // \u0067, \u{67}, \x67 and \147.
  {
    find: /(?:\\{1,4}(?:u\{[0-9a-f]{1,6}\}|u[0-9a-f]{4}|x[0-9a-f]{2}|[0-7]{3})|[\w.~:/@=+-]){16,}/gi,
    undo: (run) =>
      decoded(decoded(run, /(?<!\\)\\+(?:u\{|u|x)([0-9a-f]{2,6})\}?/gi, 16), /(?<!\\)\\+([0-7]{3})/g, 8),
  },
  // &#103; and &#x67;
  {
    find: /(?:&#x?[0-9a-f]{1,6};|[\w.~:/@=+-]){16,}/gi,
    undo: (run) => decoded(decoded(run, /&#x([0-9a-f]+);/gi, 16), /&#(\d+);/g, 10),
  },
];

function decoded(run: string, code: RegExp, base: number): string {
  return run.replace(code, (_, digits: string) => letter(digits, base));
}

const DIGITS: Wrapping[] = [
  // 6768…, 67:68:…, 0x67 0x68
  {
    find: /(?:(?:0x)?[0-9a-f]{2}[\s:,-]{0,2}){12,}/gi,
    undo: (run) => bytes(run.replaceAll(/0x|[\s:,-]/gi, ''), 'hex'),
  },
  // 103 104 112
  {
    find: /(?:\b\d{2,3}[\s,;]{1,2}){12,}\d{2,3}\b/g,
    undo: (run) => Array.from(run.matchAll(/\d+/g), ([code]) => letter(code, 10)).join(''),
  },
  // 01100111 01101000
  {
    find: /(?:[01]{8}\s?){12,}/g,
    undo: (run) => Array.from(run.matchAll(/[01]{8}/g), ([code]) => letter(code, 2)).join(''),
  },
  { find: /[A-Za-z0-9+/_-]{16,}={0,2}/g, undo: (run) => bytes(run, 'base64') },
  // As mail and PEM break its lines.
  {
    find: /(?:[A-Za-z0-9+/]{60,76}\r?\n)+[A-Za-z0-9+/]+={0,2}/g,
    undo: (run) => bytes(run.replaceAll(/\s/g, ''), 'base64'),
  },
];

// Runs of these may hold a sentence. What stands there as it is will be masked by itself, and the sentence left alone.
const unlessPlain =
  (undo: (run: string) => string) =>
  (run: string): string =>
    maskFormats(run) === run ? undo(run) : run;

// The same where nothing but a token can be meant, part of which may stand there as it is.
const unlessOnlyPlain =
  (undo: (run: string) => string) =>
  (run: string): string => {
    const inner = undo(run);
    return maskFormats(run) === run || hasToken(inner) ? inner : run;
  };

const IN_DISGUISE: Wrapping[] = [
  // Wide, bold or otherwise styled letters, and marks between them that nobody sees.
  {
    find: /(?:[\w.~:/@=+ -]|[^\u0000-\u00ff]){16,}/gu, // oxlint-disable-line no-control-regex
    undo: unlessPlain((run) => run.normalize('NFKD').replaceAll(/[\p{DI}\p{M}]/gu, '')),
  },
  // ghp_**abc**def
  { find: /[\w.~:/@=+*` -]{16,}/g, undo: unlessPlain((run) => run.replaceAll(/[*`]/g, '')) },
  // "ghp_" + "abc"
  {
    find: /(["'])[^"'\n]{1,80}\1(?:[ \t]{0,3}[+.,]?[ \t]{0,3}(["'])[^"'\n]{1,80}\2)+/g,
    undo: unlessOnlyPlain((run) => run.replaceAll(/["'][ \t]*[+.,]?[ \t]*["']/g, '')),
  },
  {
    find: /[\w.~:/@=+ -]{16,}/g,
    undo: unlessPlain((run) => Array.from(run).toReversed().join('')),
  },
];

/** The longest piece in which a token is looked for that was cut into equal ones. */
const LONGEST_PIECE = 12;
const SHORTEST_TOKEN = 16;

/** `g h p _ a b`, `ghp_ abcd efgh`, one piece a line: every piece of the same length, the same mark between them. */
const IN_PIECES = Array.from({ length: LONGEST_PIECE }, (_, at): Wrapping => {
  const size = at + 1;
  const more = Math.max(1, Math.ceil(SHORTEST_TOKEN / size) - 2);
  return {
    find: new RegExp(
      `(?<!\\w)[^\\n]{${size}}([\\s|.,_-])(?:[^\\n]{${size}}\\1){${more},}[^\\n]{0,${size}}(?!\\w)`,
      'g',
    ),
    undo: unlessOnlyPlain((run) =>
      fromEachOf(run.replaceAll(new RegExp(`([^\\n]{${size}})[\\s\\S]`, 'g'), '$1'), size),
    ),
  };
});

/** Words before a token may by chance be as long as its pieces; then it begins some pieces later. */
const CHANCE_WORDS = 3;

function fromEachOf(joined: string, size: number): string {
  const later = Array.from({ length: CHANCE_WORDS }, (_, at) => joined.slice((at + 1) * size));
  return hasToken(joined) ? joined : (later.find(hasToken) ?? joined);
}

/** What stands for bytes or characters by numbers; one may be written in another. */
export const ENCODINGS: readonly Wrapping[] = [...ESCAPED, ...DIGITS];
/** The characters themselves, with something between them or otherwise made to look like something else. */
export const DISGUISES: readonly Wrapping[] = [...IN_DISGUISE, ...IN_PIECES];
