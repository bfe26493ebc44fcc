import type { AskedInTerminal } from '../adapters/http/terminal.ts';
import { readConfig } from '../config.ts';

const PATIENCE_S = 30;

/** Asks the running Sitrep: the embedded database belongs to its process, and only it decides. */
export async function askSitrep(asked: AskedInTerminal): Promise<unknown> {
  const key = process.env['SITREP_KEY'];
  if (!key) throw new Error('SITREP_KEY is not set. “sitrep key” makes a key and says where its hash goes.');
  const { port } = readConfig(process.env, process.cwd());
  const url = `http://127.0.0.1:${port}/terminal`;
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(asked),
    signal: AbortSignal.timeout(PATIENCE_S * 1_000),
  }).catch((error: unknown) => {
    if (error instanceof Error && error.name === 'TimeoutError')
      throw new Error(
        `Sitrep has not answered at ${url} in ${PATIENCE_S} s, and may still do what it was asked. Look in Slack or at its log before you ask again.`,
        { cause: error },
      );
    throw new Error(`Sitrep does not answer at ${url}. Start it, or set PORT to the one it listens on.`, {
      cause: error,
    });
  });
  const answered = (await response.json()) as { error?: string; fix?: string };
  if (!response.ok) throw new Error(`${answered.error ?? response.status}. ${answered.fix ?? ''}`);
  return answered;
}
