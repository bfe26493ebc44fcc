import { z } from 'zod';
import { plain } from '../../incident/text.ts';
import { MASK } from '../../incident/secret-formats.ts';
import { maskSecrets } from '../../incident/secrets.ts';

/** What a tool answers, as far as it is text. Pictures, sounds and files are not looked at. */
export const resultSchema = z.object({
  content: z.array(z.looseObject({ type: z.string(), text: z.string().optional() })).default([]),
  structuredContent: z.unknown().optional(),
  isError: z.boolean().default(false),
});

export type ToolResult = z.infer<typeof resultSchema>;

/** Shorter values are words like any other. */
const SHORTEST_SECRET = 8;

/** The answer as inert text of at most `limit` characters, without secrets: our own by value, others by form. */
export function textOf(result: ToolResult, secrets: Record<string, string>, limit: number): string {
  const texts = result.content.map(({ type, text }) =>
    type === 'text' && text !== undefined ? text : `(${plain(type, 40)} left out)`,
  );
  if (texts.length === 0 && result.structuredContent !== undefined)
    texts.push(JSON.stringify(result.structuredContent));
  return plain(maskSecrets(withoutOwn(texts.join('\n'), secrets)), limit);
}

function withoutOwn(text: string, secrets: Record<string, string>): string {
  return Object.values(secrets)
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .reduce((rest, secret) => rest.replaceAll(secret, MASK), text);
}

/** What the answer says as data: structured where the server gives that, else its text where it is JSON. */
export function dataOf({ structuredContent, content }: ToolResult): string {
  if (structuredContent !== undefined) return JSON.stringify(structuredContent);
  return content.find(({ type }) => type === 'text')?.text ?? '';
}
