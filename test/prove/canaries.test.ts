import { expect, it } from 'vitest';
import { createRandom } from '../../bench/rig/random.ts';
import { canary, contains, FORMAT_COUNT } from '../../prove/support/canaries.ts';
import { SPELLINGS } from '../../prove/support/spellings.ts';
import { maskSecrets } from '../../src/incident/secrets.ts';
import { plain } from '../../src/incident/text.ts';

const random = createRandom(7);
const canaries = Array.from({ length: 17 * FORMAT_COUNT }, (_, number) => canary(number, random));

it.each(Object.entries(SPELLINGS))(
  'a secret written %s is seen where it leaves, and masked before',
  (_, spell) => {
    for (const secret of canaries) {
      const text = `before ${spell(secret.text)} after`;
      expect(contains(text, secret), text).toBe(true);
      const masked = maskSecrets(plain(text, 10_000));
      expect(contains(masked, secret), masked).toBe(false);
    }
  },
);

it('is masked in pieces also where a word before it is as long as they are', () => {
  const text = 'restart acme/shop ghp_ iw4o tiEg bc7q Eg8A k91n Sf0U mxqx T6Xf CR0L ZazF';
  expect(maskSecrets(text)).not.toContain('iw4o');
  expect(maskSecrets(`of that ${text}`)).not.toContain('iw4o');
});

it('is masked in escapes also where one of them is no character', () => {
  const token = canaries[0]?.text ?? '';
  const escaped = Array.from(token, (one) => `&#x${one.codePointAt(0)?.toString(16)};`).join('');
  expect(maskSecrets(`&#xffffff;${escaped}`)).toBe(maskSecrets(escaped));
});

it('is not seen in what has nothing to do with it', () => {
  const [first, ...others] = canaries;
  const text = others.map((one) => one.text).join(' ');
  expect(first && contains(text, first)).toBe(false);
});
