import { expect, it } from 'vitest';
import { parseUndoLast } from '../../src/incident/undo-order.ts';

it.each([
  ['15m', 900],
  ['1h30m', 5400],
  ['0', 0],
  ['7', 420],
  ['15', 900],
  ['1440', 86_400],
  ['9999', 86_400],
  ['3d', 86_400],
])('“%s” is so many seconds back, and at most a day: %i', (text, seconds) => {
  expect(parseUndoLast(text)).toBe(seconds);
});

it.each(['', 'x', '15 minutes', '-5', '1.5', '12345', 'x15', '15x'])('“%s” is no time', (text) => {
  expect(parseUndoLast(text)).toBeNull();
});
