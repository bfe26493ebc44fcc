/** Letters of other scripts that are drawn like an ASCII character, by that character. */
export const LOOK_ALIKES: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    a: ['\u0430', '\u03b1', '\uff41', '\u{1d41a}'],
    c: ['\u0441', '\u03f2', '\uff43'],
    d: ['\u0501', '\uff44'],
    e: ['\u0435', '\uff45', '\u212f'],
    g: ['\u0261', '\uff47'],
    h: ['\u04bb', '\uff48'],
    i: ['\u0456', '\u0131', '\uff49'],
    j: ['\u0458'],
    k: ['\u03ba', '\uff4b'],
    l: ['\u04cf', '\u2113', '\uff4c'],
    n: ['\u0578', '\uff4e'],
    o: ['\u043e', '\u03bf', '\u0585', '\uff4f'],
    p: ['\u0440', '\u03c1', '\uff50'],
    q: ['\u051b'],
    r: ['\u0433', '\uff52'],
    s: ['\u0455', '\uff53'],
    u: ['\u057d', '\u03c5', '\uff55'],
    v: ['\u0475', '\u03bd', '\uff56'],
    w: ['\u051d', '\uff57'],
    x: ['\u0445', '\uff58'],
    y: ['\u0443', '\uff59'],
    A: ['\u0410', '\u0391'],
    B: ['\u0412', '\u0392'],
    E: ['\u0415', '\u0395'],
    '1': ['\uff11', '\u{1d7cf}'],
    '2': ['\uff12'],
    '3': ['\u0417', '\uff13'],
    '-': ['\u2010', '\u2011', '\u2212'],
    '/': ['\u2215', '\u2044', '\uff0f'],
    ':': ['\uff1a', '\ua789', '\u2236'],
    '.': ['\u2024', '\uff0e'],
    ',': ['\u201a'],
    ' ': ['\u00a0', '\u2009', '\u3000'],
  }),
);

const BACK = new Map(
  [...LOOK_ALIKES].flatMap(([plain, others]) => others.map((other) => [other, plain] as const)),
);

// Nothing is drawn for these, or what follows is drawn elsewhere.
const UNDRAWN =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Cn}\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0]|[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}]/gu;

/**
 * What a reader sees of a text: look-alikes are one, what is not drawn is gone, every blank is the same. Two
 * texts with the same look cannot be told apart by eye. Line breaks stay, because they are seen.
 */
export function lookOf(text: string): string {
  const lines = text.split('\n').map((line) => {
    const seen = line.replace(UNDRAWN, '').normalize('NFKC');
    return Array.from(seen)
      .map((character) => BACK.get(character) ?? character)
      .join('')
      .replace(/\s/gu, ' ');
  });
  return lines.map((line) => line.trimEnd()).join('\n');
}
