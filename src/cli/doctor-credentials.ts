import type { Config } from '../config.ts';
import { assertShared, duties, type Role } from '../main/role.ts';
import { assertSeparate, saidOfWriting } from '../main/separation.ts';

/** Whether a process of this role would start with these credentials, and what it could write with. */
export function credentialsFit(config: Config, role: Role): string {
  assertShared(role, config);
  assertSeparate(role, config);
  const said = saidOfWriting(role, config);
  if (said) return said;
  if (!duties(role).execute) return `the role ${role} holds none that writes`;
  const held = config.writeCredentials.join(', ');
  return held ? `the role ${role} writes with ${held}` : 'none that writes';
}
