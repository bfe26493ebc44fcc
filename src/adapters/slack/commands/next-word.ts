/** The first word, in which quotes of any shape hold spaces together and are left out. */
export function nextWord(text: string): { word: string; after: string } {
  const [taken = ''] = /^(?:["“”„][^"“”„]*["“”„]|[^\s"“”„])+/u.exec(text) ?? /^\S+/u.exec(text) ?? [];
  return { word: taken.replaceAll(/["“”„]/gu, ''), after: text.slice(taken.length).trim() };
}

/** Slack turns what looks like an address into `<http://host|host>`. */
export function unlinked(text: string): string {
  return text.replaceAll(/<https?:\/\/[^\s|<>]+\|([^<>|]+)>/gu, '$1');
}
