import { z } from 'zod';
import { canonicalJson } from '../canonical.ts';

/** The name of a tool, as its server gives it. */
export const mcpToolName = z.string().regex(/^[\w./-]{1,128}$/, 'the name of a tool, as its server gives it');

/** The name of a server in sitrep.yaml; short and without “_”, so that names made of it stay clear. */
export const mcpServerName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,19}$/, 'up to 20 small letters, digits and “-”');

/** All of it stands on the card, where people must be able to read it. */
const LONGEST = 2000;

export const mcpActions = {
  'mcp.call': z.strictObject({
    server: mcpServerName,
    tool: mcpToolName,
    arguments: z
      .record(z.string(), z.json())
      .refine((given) => canonicalJson(given).length <= LONGEST, `at most ${LONGEST} characters`),
  }),
} as const;
