import { expect, test } from 'vitest';
import { flyDocument, type FlyExchange } from '../../support/fly-document.ts';

const LEASE: FlyExchange = {
  method: 'POST',
  path: '/v1/apps/web/machines/148e/lease',
  query: {},
  nonce: undefined,
  body: { ttl: 60, description: 'why' },
  status: 201,
  answer: { nonce: 'n', expires_at: 1, owner: 'o' },
};

test('what fits the document has no objections', () => {
  expect(flyDocument().objections(LEASE)).toEqual([]);
});

test.each<[string, Partial<FlyExchange>, RegExp]>([
  ['an unknown route', { path: '/v1/apps/web/machines/148e/leash' }, /not in the document/],
  ['an unknown field in a request', { body: { ttl: 60, reason: 'why' } }, /body.*reason/],
  ['a wrong type in a request', { body: { ttl: '60' } }, /body ttl/],
  ['no body', { body: undefined }, /body is missing/],
  ['an unknown field in an answer', { answer: { nonce: 'n', token: 't' } }, /answer 201.*token/],
  ['another status', { status: 200 }, /status 200/],
  ['a parameter that there is none of', { query: { force: 'true' } }, /query force/],
  [
    'a release without a nonce',
    { method: 'DELETE', body: undefined, status: 200, answer: undefined },
    /nonce is missing/,
  ],
])('%s is objected to', (_, change, objection) => {
  expect(
    flyDocument()
      .objections({ ...LEASE, ...change })
      .join(),
  ).toMatch(objection);
});
