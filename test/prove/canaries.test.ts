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

it('is not seen in what has nothing to do with it', () => {
  const [first, ...others] = canaries;
  const text = others.map((one) => one.text).join(' ');
  expect(first && contains(text, first)).toBe(false);
});
