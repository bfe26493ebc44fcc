// It begins where a name begins: looked for from each place of a long name anew, it would take time without bound.
const FILE = /(?<![\w-]|[\w-]\.)[\w-]+(?:\.[\w-]+)*\.[a-z]\w{0,4}\b/gi;
const SOURCE =
  /\.(c|cc|cpp|cs|css|ex|exs|go|h|hpp|html|java|js|json|jsx|kt|lua|m|mjs|php|pl|py|rb|rs|scala|sh|sql|svelte|swift|tf|toml|ts|tsx|vue|xml|ya?ml)$/i;

/** Names of source files that stand in a text, as stack frames and people name them. */
export function filesNamedIn(text: string): string[] {
  return [...new Set((text.match(FILE) ?? []).filter((name) => SOURCE.test(name)))];
}

/** Share of the named files that a change touches; frames name a file by the end of its path. */
export function framesShare(paths: readonly string[], frames: readonly string[]): number {
  const files = new Set(frames.flatMap(filesNamedIn));
  const touched = new Set(paths.map((path) => path.split('/').at(-1)));
  return files.size === 0 ? 0 : [...files].filter((file) => touched.has(file)).length / files.size;
}
