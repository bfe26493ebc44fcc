import { describe, expect, test } from 'vitest';
import {
  countTextCharacters,
  findBlockProblems,
  findViewProblems,
} from '../../../../src/adapters/local/slack/block-kit-limits.ts';

const plain = (text: string): object => ({ type: 'plain_text', text });
const mrkdwn = (text: string): object => ({ type: 'mrkdwn', text });
const button = (extra: object = {}): object => ({
  type: 'button',
  action_id: 'go',
  text: plain('Go'),
  ...extra,
});
const actions = (...elements: object[]): object => ({ type: 'actions', elements });
const option = (value: string, text = value): object => ({ text: plain(text), value });
const x = (length: number): string => 'x'.repeat(length);
const confirm = { title: plain('Sure?'), text: mrkdwn('Really'), confirm: plain('Yes'), deny: plain('No') };

const fine: [string, object][] = [
  ['section of 3000', { type: 'section', text: mrkdwn(x(3000)) }],
  ['ten fields of 2000', { type: 'section', fields: Array.from({ length: 10 }, () => mrkdwn(x(2000))) }],
  ['header of 150', { type: 'header', text: plain(x(150)) }],
  [
    'button text of 75, value of 2000, confirm',
    actions(button({ text: plain(x(75)), value: x(2000), confirm })),
  ],
  ['context of ten', { type: 'context', elements: Array.from({ length: 10 }, () => mrkdwn('a')) }],
  ['markdown of 12000', { type: 'markdown', text: x(12_000) }],
  ['alert of 200', { type: 'alert', level: 'warning', text: mrkdwn(x(200)) }],
  [
    'section with a select',
    {
      type: 'section',
      text: mrkdwn('a'),
      accessory: { type: 'static_select', action_id: 's', options: [option('a')] },
    },
  ],
  [
    'input',
    {
      type: 'input',
      label: plain('Why'),
      element: { type: 'plain_text_input', action_id: 'why', multiline: true, max_length: 3000 },
    },
  ],
];

const refused: [string, object, string][] = [
  ['section text over 3000', { type: 'section', text: mrkdwn(x(3001)) }, '/blocks/0/text/text'],
  ['empty section text', { type: 'section', text: mrkdwn('') }, '/blocks/0/text/text'],
  ['section with nothing', { type: 'section' }, '/blocks/0'],
  [
    'eleven fields',
    { type: 'section', fields: Array.from({ length: 11 }, () => mrkdwn('a')) },
    '/blocks/0/fields',
  ],
  ['field over 2000', { type: 'section', fields: [mrkdwn(x(2001))] }, '/blocks/0/fields/0/text'],
  ['header over 150', { type: 'header', text: plain(x(151)) }, '/blocks/0/text/text'],
  ['header in mrkdwn', { type: 'header', text: mrkdwn('a') }, '/blocks/0/text/type'],
  ['button text over 75', actions(button({ text: plain(x(76)) })), '/blocks/0/elements/0/text/text'],
  ['button value over 2000', actions(button({ value: x(2001) })), '/blocks/0/elements/0/value'],
  ['button of unknown style', actions(button({ style: 'green' })), '/blocks/0/elements/0/style'],
  [
    '26 elements',
    actions(...Array.from({ length: 26 }, (_, i) => button({ action_id: `a${i}` }))),
    '/blocks/0/elements',
  ],
  [
    'eleven in context',
    { type: 'context', elements: Array.from({ length: 11 }, () => mrkdwn('a')) },
    '/blocks/0/elements',
  ],
  ['block_id over 255', { type: 'divider', block_id: x(256) }, '/blocks/0/block_id'],
  ['action_id over 255', actions(button({ action_id: x(256) })), '/blocks/0/elements/0/action_id'],
  [
    '101 options',
    actions({ type: 'static_select', options: Array.from({ length: 101 }, (_, i) => option(`${i}`)) }),
    '/blocks/0/elements/0/options',
  ],
  [
    'option text over 75',
    actions({ type: 'static_select', options: [option('a', x(76))] }),
    '/blocks/0/elements/0/options/0/text/text',
  ],
  [
    'confirm title over 100',
    actions(button({ confirm: { ...confirm, title: plain(x(101)) } })),
    '/blocks/0/elements/0/confirm/title/text',
  ],
  [
    'confirm text over 300',
    actions(button({ confirm: { ...confirm, text: mrkdwn(x(301)) } })),
    '/blocks/0/elements/0/confirm/text/text',
  ],
  [
    'confirm button over 30',
    actions(button({ confirm: { ...confirm, deny: plain(x(31)) } })),
    '/blocks/0/elements/0/confirm/deny/text',
  ],
  ['markdown over 12000', { type: 'markdown', text: x(12_001) }, '/blocks/0/text'],
  ['alert over 200', { type: 'alert', text: mrkdwn(x(201)) }, '/blocks/0/text/text'],
  ['card title over 150', { type: 'card', title: mrkdwn(x(151)) }, '/blocks/0/title/text'],
  ['card body over 200', { type: 'card', title: mrkdwn('a'), body: mrkdwn(x(201)) }, '/blocks/0/body/text'],
  [
    'four card actions',
    {
      type: 'card',
      title: mrkdwn('a'),
      actions: ['a', 'b', 'c', 'd'].map((id) => button({ action_id: id })),
    },
    '/blocks/0/actions',
  ],
  [
    'eleven cards',
    { type: 'carousel', elements: Array.from({ length: 11 }, () => ({ type: 'card', title: mrkdwn('a') })) },
    '/blocks/0/elements',
  ],
  [
    'eleven children',
    { type: 'container', child_blocks: Array.from({ length: 11 }, () => ({ type: 'divider' })) },
    '/blocks/0/child_blocks',
  ],
  [
    '101 table rows',
    { type: 'table', rows: Array.from({ length: 101 }, () => [{ type: 'raw_text', text: 'a' }]) },
    '/blocks/0/rows',
  ],
  [
    '21 table columns',
    { type: 'table', rows: [Array.from({ length: 21 }, () => ({ type: 'raw_text', text: 'a' }))] },
    '/blocks/0/rows/0',
  ],
  [
    '102 data rows',
    { type: 'data_table', caption: 'c', rows: Array.from({ length: 102 }, () => [{}]) },
    '/blocks/0/rows',
  ],
  ['unknown block', { type: 'nope' }, '/blocks/0/type'],
  ['unknown field', { type: 'divider', colour: 'red' }, '/blocks/0'],
  ['unknown element', actions({ type: 'nope' }), '/blocks/0/elements/0/type'],
  ['one action_id twice in a block', actions(button(), button()), '/blocks/0'],
];

describe('block kit limits', () => {
  test.each(fine)('accepts %s', (_name, block) => {
    expect(findBlockProblems([block], 'message')).toEqual([]);
  });

  test.each(refused)('refuses %s', (_name, block, pointer) => {
    expect(findBlockProblems([block], 'message').map((problem) => problem.pointer)).toContain(pointer);
  });

  test('counts blocks per surface', () => {
    const dividers = (count: number): object[] => Array.from({ length: count }, () => ({ type: 'divider' }));
    expect(findBlockProblems(dividers(50), 'message')).toEqual([]);
    expect(findBlockProblems(dividers(51), 'message')[0]?.message).toBe('no more than 50 items allowed');
    expect(findBlockProblems(dividers(100), 'home')).toEqual([]);
    expect(findBlockProblems(dividers(101), 'modal')).toHaveLength(1);
  });

  test('refuses a block_id that is used twice', () => {
    const problems = findBlockProblems(
      [
        { type: 'divider', block_id: 'a' },
        { type: 'divider', block_id: 'a' },
      ],
      'message',
    );
    expect(problems).toEqual([{ pointer: '/blocks/1/block_id', message: 'block_id "a" already exists' }]);
  });

  test('refuses what is not a list of blocks', () => {
    expect(findBlockProblems('blocks', 'message')).toHaveLength(1);
    expect(findBlockProblems([null], 'message')).toHaveLength(1);
  });

  test('counts the characters of all text', () => {
    expect(countTextCharacters([{ type: 'section', text: mrkdwn('abc') }, actions(button())])).toBe(5);
  });
});

describe('view limits', () => {
  const modal = { type: 'modal', title: plain('Note'), submit: plain('Save'), blocks: [] };

  test('accepts a modal and a home', () => {
    expect(findViewProblems(modal)).toEqual([]);
    expect(findViewProblems({ type: 'home', blocks: [] })).toEqual([]);
  });

  test.each([
    ['a title over 24', { ...modal, title: plain(x(25)) }, '/view/title/text'],
    ['no title', { type: 'modal', blocks: [] }, '/view'],
    ['a title on a home', { ...modal, type: 'home' }, '/view'],
    ['private_metadata over 3000', { ...modal, private_metadata: x(3001) }, '/view/private_metadata'],
    ['an unknown type', { ...modal, type: 'page' }, '/view/type'],
    ['a bad block', { ...modal, blocks: [{ type: 'section' }] }, '/view/blocks/0'],
    [
      'inputs without submit',
      {
        type: 'modal',
        title: plain('N'),
        blocks: [{ type: 'input', label: plain('W'), element: { type: 'plain_text_input' } }],
      },
      '/view',
    ],
  ])('refuses %s', (_name, view, pointer) => {
    expect(findViewProblems(view).map((problem) => problem.pointer)).toContain(pointer);
  });
});
