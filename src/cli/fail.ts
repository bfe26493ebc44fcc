/** Ends the command with an error that its reader can act on. */
export function fail(error: unknown): void {
  process.exitCode = 1;
  if (!(error instanceof Error)) {
    console.error(`sitrep: ${String(error)}`);
    return;
  }
  const unexpected =
    error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError;
  console.error(`sitrep: ${unexpected ? (error.stack ?? error.message) : error.message}`);
}
