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
