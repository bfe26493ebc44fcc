import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectory } from '../adapters/local/make-directory.ts';
import { makeSecret } from '../config.ts';

/**
 * The tokens that alert sources may send: the configured ones, else one made once and kept in `home`.
 * `token` is the first of them; our own stand-ins send it.
 */
export function webhookToken(
  configured: readonly string[],
  home: string,
): { token: string; tokens: readonly string[]; file: string | null } {
  const [first] = configured;
  if (first) return { token: first, tokens: configured, file: null };
  const file = join(home, 'webhook-token');
  try {
    const token = readFileSync(file, 'utf8').trim();
    return { token, tokens: [token], file };
  } catch {
    const token = makeSecret();
    makeDirectory(home);
    writeFileSync(file, `${token}\n`, { mode: 0o600 });
    return { token, tokens: [token], file };
  }
}
