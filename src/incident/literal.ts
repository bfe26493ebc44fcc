// Beyond ASCII, only the letters of Latin-1 and our own typography stand as they are: none of them looks like another
// character that does, and none is invisible or changes what stands beside it.
const AS_IT_IS = /[\u0020-\u007e\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff“”…→]/;

/**
 * One line exactly as it is digested, where what people see must be what they consent to. Whatever could hide, look like
 * another character, or move what stands around it is shown by its number: U+202E is `\u{202e}`. Two different lines
 * never come out the same, because a backslash that would read like such a number is itself shown by its number.
 */
export function literal(line: string): string {
  return Array.from(line)
    .map((character, place, all) => {
      const fakes = character === '\\' && all[place + 1] === 'u' && all[place + 2] === '{';
      // A blank at the end of a line is as invisible as any other mark.
      const hidden = character === ' ' && place === all.length - 1;
      if (AS_IT_IS.test(character) && !fakes && !hidden) return character;
      return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
    })
    .join('');
}

/** The lines of a card as one text, the same wherever it is shown: in Slack, in a file, in a terminal. */
export function cardText(card: readonly string[]): string {
  return card.map(literal).join('\n');
}
