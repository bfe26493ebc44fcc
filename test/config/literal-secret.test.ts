import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import {
  isSecretHeader,
  secretArgument,
  secretInAddress,
  secretInJson,
} from '../../src/config/literal-secret.ts';

const NAMES = [
  ...[
    'pwd',
    'PGPWD',
    'passwd',
    'password',
    'passphrase',
    'passcode',
    'pass',
    'DB_PASS',
    'smtp.pass',
    'dbPass',
  ],
  ...['apikey', 'api-key', 'api_key', 'apiKey', 'X-Api-Key', 'private_key', 'privateKey', 'access-key'],
  ...['secret', 'client_secret', 'clientSecret', 'secret_key', 'AWS_SECRET_ACCESS_KEY', 'signing_key'],
  ...[
    'token',
    'refresh_token',
    'bearer',
    'auth',
    'basic_auth',
    'x-auth',
    'httpAuth',
    'Authorization',
    'credentials',
  ],
];

describe.each(NAMES)('“%s” names a secret', (name) => {
  it('in what is sent, in an address, in a header and in a command', () => {
    expect(secretInJson({ by: { [name]: 'abc' } })).toEqual({ path: ['by', name], where: name });
    expect(secretInAddress(`https://example.com/?${name}=abc`)).toBe(`in “${name}”`);
    expect(isSecretHeader(name, 'abc')).toBe(true);
    expect(secretArgument(['store', `--${name}=abc`])).toBe(1);
    expect(secretArgument(['store', `--${name}`, 'abc'])).toBe(2);
    expect(secretArgument(['env', `${name}=abc`, 'store'])).toBe(1);
  });

  it('not where only its place is kept for a value, or a variable is named', () => {
    expect(secretInJson({ [name]: '{queue}' })).toBeNull();
    expect(secretArgument(['sh', '-c', `store --${name} "$STORE"`])).toBeNull();
  });
});

test.each([
  'bypass',
  'compass',
  'oauth',
  'OAuth',
  'noauth',
  'author',
  'authority',
  'passed',
  'key',
  'keyboard',
  'pwd_file',
])('“%s” names none', (name) => {
  expect(secretInJson({ [name]: 'abc' })).toBeNull();
  expect(secretArgument(['store', `--${name}=abc`])).toBeNull();
});

test.each([
  '--auth none',
  '--auth=basic',
  '--basic-auth off',
  'PWD=/srv/store',
  '--pwd /srv/store',
  '--bearer true',
  '--auth aws',
  '--auth required',
  '--no-auth stdio',
  '--skip-auth http',
])('“%s” holds none', (words) => {
  expect(secretArgument(['store', ...words.split(' ')])).toBeNull();
});

test('a word in a sentence is no name', () => {
  expect(
    secretArgument(['ask', '--instructions', 'Check auth: look at the logs. First pass: all of them']),
  ).toBeNull();
  expect(secretArgument(['ask', '--header', 'X-Auth: abc'])).toBe(2);
  expect(secretArgument(['sh', '-c', 'ask the password: abc'])).toBe(2);
});

test('a secret of one of the kinds whose name says nothing else is one, whatever it is', () => {
  expect(secretInJson({ password: 'none' })?.where).toBe('password');
  expect(secretInJson({ client_secret: '/srv' })?.where).toBe('client_secret');
});

test('the example that is shipped holds none', () => {
  expect(secretInJson(parse(readFileSync('sitrep.example.yaml', 'utf8')))).toBeNull();
});
