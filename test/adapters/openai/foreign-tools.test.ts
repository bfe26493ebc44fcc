import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openInvestigator } from '../../../src/adapters/openai/investigator.ts';
import { exampleCase, exampleLookups } from './case.ts';

let model: LLMock;
beforeAll(async () => {
  model = await LLMock.create({ port: 0, host: '127.0.0.1', logLevel: 'silent' });
});
afterAll(() => model.stop());

test('tools from outside stand beside our own, and what is blocked is told', async () => {
  const asked: unknown[] = [];
  const schema = { type: 'object', properties: { key: { type: 'string' } }, required: ['key'] };
  const foreign = {
    name: 'mcp_store_get',
    description: 'A tool of the MCP server “store”.',
    schema,
    async run(given: unknown) {
      asked.push(given);
      return 'Text from the MCP server “store”:\n> 42';
    },
  };
  const note = 'The tool set of the MCP server “store” is blocked.';
  const hypothesis = { statement: 'It is 42.', verdict: 'open', evidence_for: [12], evidence_against: [] };
  model.on({ hasToolResult: true }, { content: JSON.stringify({ hypotheses: [hypothesis] }) });
  model.on({}, { toolCalls: [{ name: 'mcp_store_get', arguments: JSON.stringify({ key: 'mode' }) }] });
  const investigator = openInvestigator({
    apiKey: 'sk-test-0123456789abcdefghij',
    baseUrl: `${model.url}/v1`,
    model: 'gpt-5-mini',
    lookups: {
      ...exampleLookups(),
      mcp: { offered: async () => ({ tools: [foreign], notes: [note] }) },
    },
    timeoutMs: 15_000,
    log: { warn: () => {} },
  });
  const result = await investigator.investigate(exampleCase(), { tokens: 200_000, calls: 6 });
  expect(result).toMatchObject({ outcome: 'answered', notes: [note] });
  expect(asked).toEqual([{ key: 'mode' }]);
  const sent = JSON.stringify(model.getRequests().map(({ body }) => body));
  expect(sent).toContain('> 42');
  expect(sent).toContain('search_runbooks');
});
