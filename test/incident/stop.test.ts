import { expect, it } from 'vitest';
import { passesStop } from '../../src/incident/stop.ts';

const stopped = { by: 'U1', why: 'wrong', undoing: ['a', 'b'] };

it('lets pass the undo of what the stop lists, and nothing else', () => {
  expect(passesStop(stopped, { undoes: 'b' })).toBe(true);
  expect(passesStop(stopped, { undoes: 'c' })).toBe(false);
  expect(passesStop(stopped, { undoes: null })).toBe(false);
  expect(passesStop({ ...stopped, undoing: [] }, { undoes: 'b' })).toBe(false);
});

it('is asked only while there is a stop', () => {
  expect(passesStop(null, { undoes: 'b' })).toBe(false);
});
