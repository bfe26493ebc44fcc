import { readConfig } from '../../config.ts';
import { auditSigner } from '../../main/audit-keys.ts';

/** Prints the public key of the checkpoints. */
export function keyCommand(): void {
  console.log(auditSigner(readConfig(process.env, process.cwd())).key);
}
