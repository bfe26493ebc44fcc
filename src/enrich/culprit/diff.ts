/** The added and removed lines of a diff with their sign, without the headers of files; at most `most`. */
export function changedLines(diff: string, most = Infinity): string[] {
  return diff
    .split('\n')
    .filter((line) => /^[-+]/.test(line) && !/^(\+\+\+|---) /.test(line))
    .slice(0, most);
}
