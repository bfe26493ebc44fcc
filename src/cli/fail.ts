/** Ends the command with an error that its reader can act on. */
export function fail(error: unknown): void {
  process.exitCode = 1;
  if (!(error instanceof Error)) {
    console.error(`sitrep: ${String(error)}`);
    return;
  }
  const unexpected =
    error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError;
  console.error(
    `sitrep: ${unexpected ? (error.stack ?? error.message) : (inOurWords(error) ?? error.message)}`,
  );
}

/** What the file system says of a path, as a sentence that says what to do; null for anything else. */
function inOurWords(error: Error & { code?: unknown; path?: unknown }): string | null {
  const path = typeof error.path === 'string' ? `“${error.path}”` : 'What was named';
  switch (error.code) {
    case 'ENOENT':
      return `${path} is not there. Correct the path, or make it first.`;
    case 'EISDIR':
      return `${path} is a folder. Name a file.`;
    case 'ENOTDIR':
      return `${path} is no folder, or leads through a file. Name a folder.`;
    case 'EACCES':
      return `${path} may not be read or written by this user. Correct its permissions.`;
    default:
      return null;
  }
}
