import { expect, it } from 'vitest';
import { parseAction } from '../../src/incident/action.ts';

const issue = (title: unknown, body: unknown) => ({
  tool: 'github.open_issue',
  arguments: { repo: 'acme/shop', title, body },
});

it('reads an action of the catalogue as it stands', () => {
  expect(parseAction(issue('Bound it', '× 3 – ok'))).toEqual(issue('Bound it', '× 3 – ok'));
});

it.each([
  ['half of a surrogate pair in a title', issue('\ud800', '')],
  ['half of a surrogate pair in a text', issue('Bound it', 'a\udc00')],
  [
    'half of a surrogate pair in the name of an input',
    {
      tool: 'http.request',
      arguments: { template: 'pause-queue', values: { queue: '\ud800' } },
    },
  ],
])('refuses %s, which nobody could consent to', (_, given) => {
  expect(() => parseAction(given)).toThrow(/surrogate/i);
});
