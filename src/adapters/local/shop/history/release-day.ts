import { add, edit, type HistoryCommit } from './commit.ts';

/**
 * The last hours. One of these commits is a genuine mistake: the regular expression for coupon codes
 * tries every way of cutting a long code into groups before it gives up on its last character, so a
 * pasted code with a blank at its end costs a second of processor time. (Its check of the campaigns also
 * makes V8 compile the expression, which it interprets, eight times slower, when it is used first.)
 */
export const releaseDay: HistoryCommit[] = [
  {
    hoursAgo: 20,
    by: 'dependency-bot',
    subject: 'Lock the version of prom-client',
    changes: [
      add('.npmrc', 'save-exact=true\n'),
      edit('.gitignore', 'node_modules\n', 'node_modules\nnpm-debug.log\n'),
    ],
  },
  {
    hoursAgo: 8,
    by: 'catalog-dev',
    subject: 'Sell the winter collection',
    changes: [
      edit(
        'services/catalog/products.js',
        "name: 'Mint tea', category: 'tea' },\n",
        "name: 'Mint tea', category: 'tea' },\n  { sku: 'tea-winter', name: 'Winter tea', category: 'tea' },\n",
      ),
      edit('services/pricing/prices.js', "'tea-mint': 490,\n", "'tea-mint': 490,\n  'tea-winter': 890,\n"),
    ],
  },
  {
    hoursAgo: 6,
    by: 'docs-writer',
    subject: 'Correct the limit for free shipping',
    changes: [edit('docs/architecture.md', 'free from 40 euros', 'free from 50 euros')],
  },
  {
    hoursAgo: 4.5,
    by: 'checkout-dev',
    subject: 'Explain the shipping rule beside it',
    changes: [
      edit(
        'services/checkout/server.js',
        '  const shipping = prices.total',
        '  // The limit counts after discounts, as the customer sees it.\n  const shipping = prices.total',
      ),
    ],
  },
  {
    hoursAgo: 3,
    by: 'pricing-dev',
    subject: 'Lower the prices of teapots for the winter sale',
    changes: [
      edit('services/pricing/prices.js', "'pot-clay': 3900", "'pot-clay': 3400"),
      edit('services/pricing/prices.js', "'pot-glass': 2900", "'pot-glass': 2500"),
    ],
  },
  {
    hoursAgo: 1.6,
    by: 'storefront-dev',
    subject: 'Sell at most twenty of a kind',
    changes: [
      edit(
        'services/storefront/server.js',
        'quantity: Number(quantity) }',
        'quantity: Math.min(20, Number(quantity)) }',
      ),
    ],
  },
  {
    hoursAgo: 0.7,
    by: 'pricing-dev',
    subject: 'Validate coupon codes with one regular expression',
    body: 'Replaces trimming, splitting and a loop over characters. Codes are printed in\ncapitals, so there is no need to guess what a customer meant.',
    changes: [
      edit(
        'services/pricing/coupons.js',
        "/** The code in what a customer typed or pasted, or undefined if it cannot be one. */\nexport function parseCoupon(typed) {\n  const code = typed.trim().toUpperCase();\n  const groups = code.split('-');\n  return groups.every(isGroup) ? code : undefined;\n}\n\nfunction isGroup(group) {\n  return group.length > 0 && [...group].every((character) => /[A-Z0-9]/.test(character));\n}\n",
        '/** Groups of capitals and digits, joined by hyphens. */\nconst COUPON = /^([A-Z0-9]+-?)+$/;\n\nfor (const { prefix } of CAMPAIGNS) {\n  if (!COUPON.test(prefix)) throw new Error(`No code can begin with ${prefix}; correct the campaign.`);\n}\n\n/** The code that a customer typed or pasted, or undefined if it is none. */\nexport function parseCoupon(typed) {\n  return COUPON.test(typed) ? typed : undefined;\n}\n',
      ),
      edit(
        'test/coupons.test.js',
        "test('a code is read in capitals', () => {\n  assert.equal(parseCoupon('welcome-7'), 'WELCOME-7');\n});\n\ntest('blanks around a code do not matter', () => {\n  assert.equal(parseCoupon(' SPRING-26 '), 'SPRING-26');\n});\n",
        "test('a code is a code', () => {\n  assert.equal(parseCoupon('WELCOME-7'), 'WELCOME-7');\n});\n\ntest('a code with blanks is none', () => {\n  assert.equal(parseCoupon(' SPRING-26 '), undefined);\n});\n",
      ),
    ],
    releases: ['pricing-v1.3.0'],
  },
  {
    hoursAgo: 0.5,
    by: 'catalog-dev',
    subject: 'Sell gift wrapping',
    changes: [
      edit(
        'services/catalog/products.js',
        "name: 'Plain mug', category: 'ware' },\n",
        "name: 'Plain mug', category: 'ware' },\n  { sku: 'gift-wrap', name: 'Gift wrapping', category: 'extra' },\n",
      ),
      edit('services/pricing/prices.js', "'mug-plain': 1200,\n", "'mug-plain': 1200,\n  'gift-wrap': 300,\n"),
    ],
  },
  {
    hoursAgo: 0.3,
    by: 'docs-writer',
    subject: 'Write down how to release',
    changes: [
      edit(
        'docs/on-call.md',
        'a rollout of the previous tag.\n',
        'a rollout of the previous tag.\n\nTo release: tag the commit, wait for its image, roll it out, watch the error rate for ten minutes.\n',
      ),
    ],
  },
  {
    hoursAgo: 0.15,
    by: 'checkout-dev',
    subject: 'Group the shipping constants',
    changes: [
      edit(
        'services/checkout/server.js',
        'const SHIPPING = 490;\nconst FREE_SHIPPING_FROM = 5000;\n',
        '/** In cents. */\nconst SHIPPING = 490;\nconst FREE_SHIPPING_FROM = 5000;\n',
      ),
    ],
  },
];
