import { expect, it } from 'vitest';
import { utc, utcOf } from '../../src/incident/utc.ts';

it('a moment stands in plain text as it would in a log, and what is none stays as it is', () => {
  expect(utc(new Date('2026-11-25T16:45:12.987Z'))).toBe('2026-11-25 16:45:12 UTC');
  expect(utcOf('2026-11-25T16:45:12Z')).toBe('2026-11-25 16:45:12 UTC');
  for (const other of ['2026-11-25T16:45:12+01:00', 'x2026-11-25T16:45:12Z', '2026-11-25T16:45:12Zx'])
    expect(utcOf(other)).toBe(other);
});
