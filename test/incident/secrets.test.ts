import { describe, expect, test } from 'vitest';
import { MASK } from '../../src/incident/secret-formats.ts';
import { maskSecrets } from '../../src/incident/secrets.ts';

// Put together here, so that no scanner takes this file for a leak.
const key = (...parts: string[]) => parts.join('');
const letters = (count: number) => 'aB3'.repeat(count).slice(0, count);

describe('formats that are secrets wherever they stand', () => {
  test.each([
    ['Slack bot token', key('xox', 'b-1234567890-', letters(20))],
    ['Slack app token', key('xapp', '-1-A0123-', letters(20))],
    ['Slack webhook', key('https://hooks.slack', '.com/services/T000/B000/', letters(20))],
    ['GitHub token', key('ghp', '_', letters(36))],
    ['fine-grained GitHub token', key('github', '_pat_', letters(40))],
    ['GitLab token', key('glpat', '-', letters(20))],
    ['OpenAI key', key('sk', '-proj-', letters(40))],
    ['Stripe key', key('sk', '_live_', letters(24))],
    ['AWS access key id', key('AK', 'IA', 'ABCDEFGHIJKLMNOP')],
    ['Google API key', key('AI', 'za', letters(35))],
    ['npm token', key('npm', '_', letters(36))],
    ['Vault token', key('hvs', '.', letters(30))],
    ['SendGrid key', key('SG', '.', letters(22), '.', letters(43))],
    ['JSON web token', key('ey', 'J', letters(20), '.', letters(40), '.', letters(40))],
  ])('%s', (_, secret) => {
    expect(maskSecrets(`before ${secret} after`)).toBe(`before ${MASK} after`);
    expect(maskSecrets(`"${secret}"`)).toBe(`"${MASK}"`);
  });

  test('a private key over several lines, also one that is cut off', () => {
    const begin = key('-----BEGIN RSA ', 'PRIVATE KEY-----\n', letters(64), '\n');
    expect(maskSecrets(key(`a ${begin}-----END RSA `, 'PRIVATE KEY----- b'))).toBe(`a ${MASK} b`);
    expect(maskSecrets(`a ${begin}`)).toBe(`a ${MASK}`);
  });
});

describe('values that their name gives away', () => {
  test.each([
    ['password=hunter2hunter2', `password=${MASK}`],
    ['DB_PASSWORD: hunter2hunter2', `DB_PASSWORD: ${MASK}`],
    ['{"api_key":"abcdef123456"}', `{"api_key":"${MASK}"}`],
    ["secret: 'abcdef123456'", `secret: '${MASK}'`],
    ['  token: string; // of the type', `  token: ${MASK}; // of the type`],
    ['Authorization: Bearer abcdefghij123456', `Authorization: Bearer ${MASK}`],
    ['postgres://app:hunter2@db.internal/shop', `postgres://app:${MASK}@db.internal/shop`],
  ])('%s', (text, masked) => {
    expect(maskSecrets(text)).toBe(masked);
  });
});

test.each([
  'task-runner of checkout restarted, risk-free rollback',
  'commit a1b2c3d4a1b2c3d4a1b2c3d4a1b2c3d4a1b2c3d4',
  'password=${DB_PASSWORD} token: <from vault>',
  'the token bucket of the limiter is empty; secret santa; pass: ok',
  'https://git.example/acme/shop/commit/a1b2c3d http://127.0.0.1:3000/x@y',
  'service:request_errors:ratio{service="pricing"} = 0.31',
  '104 101 108 108 111 32 119 111 114 108 100 32 104 101 108 108 111 1024',
  'sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824 pulled in 3.1 s',
  '| a | b | c | d | e | f | g | h | i | j | k | l | m | n | o | p | q |',
  'GET /?q=%7B%22service%22%3A%22pricing%22%7D&page=2 \\u0063heckout &#38; caf\u00e9 \u4fa1\u683c\u304c\u9ad8\u3044\u306e\u3067\u5931\u6557\u3057\u307e\u3057\u305f\u3002\u78ba\u8a8d\u3057\u3066\u304f\u3060\u3055\u3044',
])('leaves alone: %s', (text) => {
  expect(maskSecrets(text)).toBe(text);
});

test('masking twice is masking once', () => {
  const once = maskSecrets('password=hunter2hunter2 token: abcdef123456');
  expect(maskSecrets(once)).toBe(once);
});

// Of 100 kB each, which a pattern that reads nothing twice gets through in far less time.
test.each([
  ...['eyJ-', 'eyJ-aaaa-', 'eyJ-aaaaaaaa.eyJ-', 'eyJ.', 'sk-a-', '-SG.aaaaaaaaaaaaaaaaaaaa', 'xoxb--'],
  ...['-----BEGIN ', '-----BEGIN PRIVATE KEY----- -----END ', 'a://', 'a://a:', 'password=', 'Bearer '],
  ...['"a"+', `"a" 'b' `, 'a b ', 'a_', '00-', '10 ', 'Zm9v', '%67', '\\u{67}\\', '&#x67', '**a', '\ufdfa'],
])('a hostile text takes no time: %s', (part) => {
  const began = performance.now();
  maskSecrets(part.repeat(100_000 / part.length));
  expect(performance.now() - began).toBeLessThan(5_000);
});

test('a JSON web token is found behind a dash, and one that begins with its own prefix', () => {
  const rest = key(letters(20), '.', letters(40), '.', letters(40));
  expect(maskSecrets(key('session-ey', 'J', rest))).toBe(MASK);
  expect(maskSecrets(key('ey', 'J-ey', 'J-', rest))).toBe(MASK);
});
