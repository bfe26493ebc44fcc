import { expect, it } from 'vitest';
import { readTeamFile } from '../../src/config/team-file.ts';

const GOOD = {
  method: 'POST',
  url: 'https://broker.example.com/queues/{queue}/pause',
  values: { queue: { one_of: ['orders'] } },
  read_back: { url: 'https://broker.example.com/queues/{queue}', expect: { status: 200 } },
};

// JSON is YAML too.
const read = (templates: object) => readTeamFile('sitrep.yaml', JSON.stringify({ http: { templates } }));

it('takes a template as it is documented', () => {
  expect(read({ pause: GOOD }).http).toMatchObject([
    { name: 'pause', risk: 'high', repeatable: false, inverse: null },
  ]);
});

it.each([
  ['a host that can be filled in', { url: 'https://{queue}.example.com/' }, /templates\.pause\.url/],
  ['a port that can be filled in', { url: 'https://broker.example.com:{queue}/' }, /templates\.pause\.url/],
  ['a scheme that is not spoken', { url: 'file:///etc/{queue}' }, /templates\.pause\.url/],
  ['a password in the address', { url: 'https://u:p@broker.example.com/{queue}' }, /templates\.pause\.url/],
  [
    'a read-back on another host',
    { read_back: { ...GOOD.read_back, url: 'https://evil.example/{queue}' } },
    /same host/,
  ],
  [
    'a placeholder that nothing is said of',
    { url: 'https://broker.example.com/{queue}/{other}' },
    /nothing of \{other\}/,
  ],
  ['a value that is used nowhere', { values: { ...GOOD.values, more: { pattern: 'x' } } }, /used nowhere/],
  ['a pattern that is none', { values: { queue: { pattern: '(' } } }, /values\.queue/],
  ['an inverse that is not there', { inverse: 'resume' }, /no template “resume”/],
  ['a read-back that writes', { read_back: { ...GOOD.read_back, method: 'POST' } }, /read_back/],
  ['no read-back', { read_back: undefined }, /read_back/],
  ['a method that reads', { method: 'GET' }, /method/],
  ['a Host header', { headers: { Host: 'inner' } }, /headers/],
  ['a header of two lines', { headers: { 'X-A': 'b\r\nX-C: d' } }, /headers/],
])('refuses %s', (_what, change, message) => {
  expect(() => read({ pause: { ...GOOD, ...change } })).toThrow(message);
});

it('refuses an inverse that wants what the template does not have', () => {
  const resume = {
    ...GOOD,
    url: 'https://broker.example.com/{queue}/{other}',
    values: { ...GOOD.values, other: { pattern: 'x' } },
  };
  expect(() => read({ pause: { ...GOOD, inverse: 'resume' }, resume })).toThrow(/wants \{other\}/);
});

const BEARER = 'Bearer 0123456789abcdef';
const AKIN = { env: 'BROKER_TOKEN', prefix: 'Bearer ' };

it.each<[string, object, RegExp]>([
  [
    'Authorization',
    { headers: { Authorization: BEARER } },
    /pause\.headers\.Authorization: holds a secret.*\{ env: NAME/,
  ],
  [
    'the key of a header in small letters',
    { headers: { 'x-api-key': 'abc' } },
    /headers\.x-api-key: holds a secret/,
  ],
  ['a token', { headers: { 'PRIVATE-TOKEN': 'abc' } }, /headers\.PRIVATE-TOKEN: holds a secret/],
  ['a cookie', { headers: { Cookie: 'sid=1' } }, /headers\.Cookie: holds a secret/],
  ['a secret by its name', { headers: { 'X-Secret-Id': 'abc' } }, /headers\.X-Secret-Id: holds a secret/],
  [
    'a token in a header of any name',
    { headers: { 'X-Note': `ghp_${'a'.repeat(36)}` } },
    /X-Note: holds a secret/,
  ],
  [
    'a token before that of the variable',
    { headers: { 'X-A': { ...AKIN, prefix: BEARER } } },
    /X-A: holds a secret/,
  ],
  [
    'one that only reads',
    { read_back: { ...GOOD.read_back, headers: { Authorization: BEARER } } },
    /pause\.read_back\.headers\.Authorization: holds a secret/,
  ],
  [
    'one in the query',
    { url: `${GOOD.url}?access_token=abc` },
    /pause\.url: holds a secret in “access_token”.*send it in a header/,
  ],
  [
    'one in the body',
    { body: { by: { password: 'abc' } } },
    /body\.by\.password: holds a secret in “password”/,
  ],
  ['one of several', { body: { token: ['abc'] } }, /body\.token\.0: holds a secret in “token”/],
  ['a number', { body: { password: 12345678 } }, /body\.password: holds a secret in “password”/],
])('refuses a secret that is written out: %s', (_what, change, message) => {
  expect(() => read({ pause: { ...GOOD, ...change } })).toThrow(message);
});

it('takes a secret from a variable, and writes out what is none', () => {
  const headers = { Authorization: AKIN, Accept: 'application/json', 'X-Requested-By': 'sitrep' };
  const body = { key: 'orders', token: '{queue}', reason: 'paused by Sitrep' };
  const url = `${GOOD.url}?dry_run=false&token={queue}`;
  expect(read({ pause: { ...GOOD, url, headers, body } }).http).toMatchObject([{ headers, body }]);
});
