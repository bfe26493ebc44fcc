import { expect, it } from 'vitest';
import { mayBeOld } from '../../../../src/adapters/slack/render/may-be-old.ts';

it.each(['checkout fails 27 %', 'p99 is 3.2s', 'burn rate 14.4', '1,200 rps at the door', 'latency=250ms'])(
  'a value may be old: %s',
  (text) => expect(mayBeOld(text)).toBe(true),
);

it.each([
  '5xx from checkout',
  'svc-2 is down',
  'port 8080 is closed',
  'release v1.2.3',
  '10.0.0.12 is away',
  'all is lost',
])('a name stays what it is: %s', (text) => expect(mayBeOld(text)).toBe(false));
