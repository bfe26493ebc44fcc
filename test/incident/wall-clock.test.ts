import { expect, it } from 'vitest';
import { isTimeZone } from '../../src/incident/wall-clock.ts';

it('knows the time zones of the IANA by their names', () => {
  expect(['Europe/Berlin', 'UTC', 'Pacific/Auckland'].map(isTimeZone)).toEqual([true, true, true]);
  expect(['Europe/Atlantis', '', '+25:00', 'at night'].map(isTimeZone)).toEqual([false, false, false, false]);
});
