import { describe, expect, test } from 'vitest';
import { libraryHtml, libraryStylesheet } from '../../../../src/adapters/local/console/mrkdwn-html.ts';

const names = { users: [{ id: 'U1', name: 'on-call' }], channels: [] };
const section = (text: string) =>
  libraryHtml([{ type: 'section', text: { type: 'mrkdwn', text } }], names).markup;
const markdown = (text: string) => libraryHtml([{ type: 'markdown', text }], names).markup;
const textOf = (markup: string) => markup.replaceAll(/<[^>]+>/g, '').replaceAll('\u00a0', ' ');

describe.each([
  ['mrkdwn', section],
  ['markdown', markdown],
])('%s', (_name, render) => {
  test('keeps times whole and draws emoji', () => {
    expect(textOf(render('at 20:18:39.065Z :fire: :nonsense:'))).toBe('at 20:18:39.065Z 🔥 :nonsense:');
  });

  test('shows markup from outside as text', () => {
    expect(render('<script>alert(1)</script>')).not.toContain('<script');
  });
});

test('links lead to the web and nowhere else', () => {
  expect(section('<https://example.com/x|here>')).toContain('href="https://example.com/x" target="_blank"');
  expect(section('<javascript:alert(1)|here>')).not.toContain('javascript:alert(1)"');
});

test('a permalink of the workspace opens its thread here', () => {
  const link = section('<https://sitrep-local.slack.com/archives/C0INCIDENTS/p1700000000000100|thread>');
  expect(link).toContain('data-thread="1700000000.000100"');
  const reply =
    'https://sitrep-local.slack.com/archives/C0X/p1700000000000200?thread_ts=1700000000.000100&amp;cid=C0X';
  expect(section(`<${reply}|reply>`)).toContain('data-thread="1700000000.000100"');
});

test('mentions show names', () => {
  expect(textOf(section('<@U1> look'))).toBe('@on-call look');
});

test('carries no id that several fragments would share', () => {
  expect(section('x')).not.toContain('id="slack_blocks_to_jsx"');
  expect(libraryStylesheet()).not.toContain('#slack_blocks_to_jsx');
});
