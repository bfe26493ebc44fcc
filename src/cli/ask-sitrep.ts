import type { AskedInTerminal } from '../adapters/http/terminal.ts';
import { readConfig } from '../config.ts';

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
    signal: AbortSignal.timeout(30_000),
  }).catch((error: unknown) => {
    throw new Error(`Sitrep does not answer at ${url}. Start it, or set PORT to the one it listens on.`, {
      cause: error,
    });
  });
  const answered = (await response.json()) as { error?: string; fix?: string };
  if (!response.ok) throw new Error(`${answered.error ?? response.status}. ${answered.fix ?? ''}`);
  return answered;
}
