import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectory } from '../adapters/local/make-directory.ts';
import { makeSecret } from '../config.ts';

/** The token that alert sources must send: the configured one, else one made once and kept in `home`. */
export function webhookToken(
  configured: string | undefined,
  home: string,
): { token: string; file: string | null } {
  if (configured) return { token: configured, file: null };
  const file = join(home, 'webhook-token');
  try {
    return { token: readFileSync(file, 'utf8').trim(), file };
  } catch {
    const token = makeSecret();
    makeDirectory(home);
    writeFileSync(file, `${token}\n`, { mode: 0o600 });
    return { token, file };
  }
}
