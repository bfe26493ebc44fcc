import { readFile } from 'node:fs/promises';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { sha256 } from '../../incident/canonical.ts';

const frontMatterSchema = z.strictObject({
  id: z.string().min(1),
  version: z.int().positive(),
  /** The names that stand as {{name}} in the question. */
  inputs: z.array(z.string().regex(/^\w+$/)),
  /** JSON schema of the answer; sent to the model as it stands. */
  answer: z.looseObject({ title: z.string().regex(/^\w+$/), type: z.literal('object') }),
});

/** A versioned prompt. `sha256` covers the whole file, so it stands for everything that is not input. */
export type Prompt = z.infer<typeof frontMatterSchema> & {
  sha256: string;
  /** What the model is told to do; the same for every case. */
  instructions: string;
  /** The question for one case. */
  ask(inputs: Record<string, string>): string;
};

/**
 * Reads a prompt file: front matter, instructions, a line “---”, and the question with its {{inputs}}.
 * Throws with what to correct; also when declared inputs and those in the text differ.
 */
export async function readPrompt(file: string | URL): Promise<Prompt> {
  const text = (await readFile(file, 'utf8')).replaceAll('\r\n', '\n');
  const parts = /^---\n([\s\S]*?)\n---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text);
  if (!parts) {
    throw new Error(
      `${file}: a prompt has front matter, instructions, a line “---” and a question. Add what is missing.`,
    );
  }
  const [, head = '', instructions = '', question = ''] = parts;
  const front = frontMatterSchema.safeParse(parseYaml(head));
  if (!front.success) {
    const [issue] = front.error.issues;
    throw new Error(`${file}: front matter: ${issue?.path.join('.')}: ${issue?.message}. Correct it there.`);
  }
  const used = [...question.matchAll(PLACE)].map(([, name = '']) => name);
  const { inputs } = front.data;
  const differing = [
    ...inputs.filter((name) => !used.includes(name)),
    ...used.filter((name) => !inputs.includes(name)),
  ];
  if (differing.length > 0) {
    throw new Error(
      `${file}: ${differing.join(', ')}: declare each input under “inputs” and use it as {{name}} in the question.`,
    );
  }
  return {
    ...front.data,
    sha256: sha256(text),
    instructions: instructions.trim(),
    // One pass, and with a function, so that nothing in an input is taken for a place or a pattern.
    ask: (inputs) => question.trim().replace(PLACE, (_, name: string) => inputs[name] ?? ''),
  };
}

const PLACE = /\{\{(\w+)\}\}/g;
