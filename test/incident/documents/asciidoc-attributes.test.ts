import { expect, test } from 'vitest';
import { readDocument } from '../../../src/incident/documents/read-document.ts';

test('attributes are written out, but not without end', () => {
  const text = `= Disk\n:host: db-primary.example\n\n${'{host} '.repeat(50_000)}\n`;
  const { document } = readDocument({ source: 'folder:x', path: 'disk.adoc', base: null, text });
  const said = document.passages.map(({ body }) => body).join(' ');
  expect(said).toContain('db-primary.example');
  expect(said.length).toBeLessThan(2 * text.length);
});
