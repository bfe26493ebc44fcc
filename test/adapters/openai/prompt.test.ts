import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { answerSchema } from '../../../src/adapters/openai/answer.ts';
import { readPrompt } from '../../../src/adapters/openai/prompt.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const HEAD = '---\nid: x\nversion: 1\ninputs: [a]\nanswer: { title: t, type: object }\n---\n';

function file(text: string): string {
  const path = join(temporaryDirectory(), 'x.md');
  writeFileSync(path, text);
  return path;
}

test('the shipped prompt asks for exactly what the schema accepts', async () => {
  const prompt = await readPrompt(new URL('../../../prompts/investigate.md', import.meta.url));
  expect(prompt).toMatchObject({ id: 'investigate', inputs: ['incident', 'alerts', 'evidence'] });
  expect(prompt.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(shapeOf(prompt.answer)).toEqual(shapeOf(z.toJSONSchema(answerSchema)));
});

test('what is put in is not looked at again', async () => {
  const { ask, instructions } = await readPrompt(file(`${HEAD}Do it.\n\n---\n\n{{a}} and {{a}}\n`));
  expect(instructions).toBe('Do it.');
  expect(ask({ a: '{{a}} $& $1' })).toBe('{{a}} $& $1 and {{a}} $& $1');
});

test('a changed file has another hash', async () => {
  const [one, other] = await Promise.all([
    readPrompt(file(`${HEAD}A\n---\n{{a}}`)),
    readPrompt(file(`${HEAD}B\n---\n{{a}}`)),
  ]);
  expect(one.sha256).not.toBe(other.sha256);
});

test.each([
  ['no question', `${HEAD}Do it.\n`, /a line “---” and a question/],
  ['an unknown field', HEAD.replace('id: x', 'id: x\ncolour: red') + 'A\n---\n{{a}}', /colour/],
  ['an input that is not declared', `${HEAD}A\n---\n{{a}} {{b}}`, /: b: declare each input/],
  ['an input that is not used', `${HEAD}A\n---\nnothing`, /: a: declare each input/],
])('%s is an error that says what to do', async (_, text, message) => {
  await expect(readPrompt(file(text))).rejects.toThrow(message);
});

/** A JSON schema without what only explains it, and without bounds that every integer of ours keeps. */
function shapeOf(schema: unknown): unknown {
  const explaining = new Set(['$schema', 'title', 'description', 'minimum', 'maximum']);
  return JSON.parse(
    JSON.stringify(schema, (_, value: unknown) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(
            Object.entries(value)
              .filter(([name, inner]) => !(explaining.has(name) && typeof inner !== 'object'))
              .sort(),
          )
        : value,
    ),
  );
}
