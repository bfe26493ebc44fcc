import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readiness, sourceNames } from '../../src/receive/sources.ts';
import { accessWith } from '../support/access.ts';
import { alertsOf } from '../support/webhooks.ts';

const page = readFileSync(new URL('../../docs/sources.md', import.meta.url), 'utf8');

/** The text under a heading. */
const section = (name: string) => page.split(/^## /m).find((part) => part.startsWith(`${name}\n`)) ?? '';

test('docs/sources.md has a section for every source, with the variable that it waits for', () => {
  for (const { name, missing } of readiness(accessWith({}))) {
    const text = section(name === 'jsm' ? 'opsgenie' : name);
    expect(text, name).not.toBe('');
    expect(text, name).toContain(missing);
  }
  const headings = [...page.matchAll(/^## ([a-z]+)$/gm)].map(([, name]) => name);
  expect(new Set([...headings, 'jsm'])).toEqual(new Set(sourceNames));
});

test('the example of json in docs/sources.md is accepted as it stands', async () => {
  const text = /```json\n(.*?)```/s.exec(section('json'))?.[1] ?? '';
  const [alert] = await alertsOf('json', JSON.parse(text));
  expect(alert).toMatchObject({ name: 'Backup is late', severity: 'critical', fingerprint: 'backup-nas' });
  // Every field of it stands in the table.
  for (const field of Object.keys(JSON.parse(text) as object))
    expect(section('json')).toContain(`\`${field}\``);
});
