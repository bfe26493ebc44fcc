import { expect, it } from 'vitest';
import { actionId, labelId, parseActionId, parseLabelId } from '../../../src/adapters/slack/buttons.ts';
import { VERDICTS } from '../../../src/incident/answer.ts';

const ID = '0a1b2c3d-0000-4000-8000-00000000000f';

it.each(['approve', 'reject', 'undo'] as const)('a button to %s names the proposal', (kind) => {
  expect(actionId(kind, ID)).toBe(`${kind}:${ID}`);
  expect(parseActionId(`${kind}:${ID}`)).toEqual({ kind, proposalId: ID });
});

it.each([
  '',
  'approve',
  `approve:`,
  `stop:${ID}`,
  `approve:${ID}x`,
  `xapprove:${ID}`,
  `approve:${ID.toUpperCase()}`,
  `approve:${ID.slice(1)}`,
  `approve:${ID.replace('-', '')}`,
])('%j is no button of ours', (id) => {
  expect(parseActionId(id)).toBeNull();
});

it.each(VERDICTS)('a button that says “%s” names the piece', (verdict) => {
  expect(labelId(verdict, 12)).toBe(`label:${verdict}:12`);
  expect(parseLabelId(`label:${verdict}:12`)).toEqual({ verdict, evidenceId: 12 });
});

it.each([
  '',
  'label:right:',
  'label:maybe:1',
  'label:right:01',
  'label:right:1x',
  'xlabel:right:1',
  'label:right:1234567890123456',
])('%j is no such button', (id) => {
  expect(parseLabelId(id)).toBeNull();
});
