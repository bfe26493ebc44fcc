import { expect, test } from 'vitest';
import { progressLine } from '../../src/cli/progress-line.ts';

function drawn(isTTY: boolean) {
  let at = 0;
  const written: string[] = [];
  const line = progressLine({ isTTY, write: (text: string) => written.push(text) }, () => at);
  return { line, written, pass: (ms: number) => (at += ms) };
}

test('on a terminal one line is drawn over and over, and goes', () => {
  const { line, written, pass } = drawn(true);
  line.show('folder:a', 1, 100);
  expect(written).toEqual([]);
  pass(100);
  line.show('folder:a', 50, 100);
  line.clear();
  line.clear();
  expect(written).toEqual([`\r\x1b[K${'█'.repeat(15)}${'░'.repeat(15)} 50 of 100 folder:a`, '\r\x1b[K']);
});

test('elsewhere a plain line says now and then how far it is', () => {
  const { line, written, pass } = drawn(false);
  line.show('folder:a', 1, 100);
  pass(5000);
  line.show('folder:a', 50, 100);
  line.show('folder:a', 51, 100);
  line.clear();
  expect(written).toEqual(['folder:a: 50 of 100\n']);
});
