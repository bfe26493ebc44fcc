import { z } from 'zod';
import { digestOf } from '../../incident/canonical.ts';

const jsonSchema = z.record(z.string(), z.json());

/** What a server says of a tool, as far as anybody sees or relies on it; the rest is left out. */
const definitionSchema = z.object({
  name: z.string(),
  title: z.string().optional(),
  description: z.string().optional(),
  inputSchema: jsonSchema,
  outputSchema: jsonSchema.optional(),
  annotations: jsonSchema.optional(),
});

export const toolsPageSchema = z.object({
  tools: z.array(definitionSchema),
  nextCursor: z.string().optional(),
});

export type Definition = z.infer<typeof definitionSchema>;

/** What a person pins: SHA-256 over the canonical JSON of all that a server says of a tool. */
export function pinOf(definition: Definition): string {
  return digestOf(definition);
}

/**
 * The tool as it was pinned, or why it is blocked. A second tool of the same name would leave open which of them is
 * called, so neither is.
 */
export function pinned(
  shown: readonly Definition[],
  { name, pin }: { name: string; pin: string },
): Definition | { blocked: string } {
  const [found, ...others] = shown.filter((one) => one.name === name);
  if (!found) return { blocked: 'its server does not offer it' };
  if (others.length > 0) return { blocked: 'its server offers it more than once' };
  if (pinOf(found) !== pin) return { blocked: 'it is not what was pinned' };
  return found;
}
