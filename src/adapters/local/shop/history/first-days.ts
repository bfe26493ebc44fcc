import { add, edit, type HistoryCommit } from './commit.ts';

/** How the shop came to be: from an empty directory to the first releases. */
export const firstDays: HistoryCommit[] = [
  {
    hoursAgo: 146,
    by: 'platform-dev',
    subject: 'Start the shop',
    changes: [add('README.md'), add('package.json'), add('.gitignore', 'node_modules\n')],
  },
  {
    hoursAgo: 145.2,
    by: 'platform-dev',
    subject: 'Serve routes with health and metrics from one helper',
    body: 'Every service needs the same three things around its routes: an answer to\nhealth checks, request metrics and a clean end on SIGTERM.',
    changes: [
      add('lib/http-error.js'),
      add('lib/log.js'),
      add('lib/metrics.js'),
      add('lib/routes.js'),
      add('lib/service.js'),
    ],
  },
  {
    hoursAgo: 143,
    by: 'catalog-dev',
    subject: 'Serve the product list and single products',
    changes: [add('services/catalog/products.js'), add('services/catalog/server.js')],
  },
  {
    hoursAgo: 141.5,
    by: 'pricing-dev',
    subject: 'Price a basket',
    changes: [add('services/pricing/prices.js'), add('services/pricing/server.js')],
  },
  {
    hoursAgo: 139,
    by: 'platform-dev',
    subject: 'Call other services with a timeout',
    body: 'A dependency that hangs must not take its callers with it. A timeout is a\n504, everything else that goes wrong there a 502.',
    changes: [add('lib/call.js')],
  },
  {
    hoursAgo: 137,
    by: 'checkout-dev',
    subject: 'Quote a basket with shipping',
    changes: [add('services/checkout/server.js')],
  },
  {
    hoursAgo: 134,
    by: 'storefront-dev',
    subject: 'Answer customers from one address',
    changes: [add('services/storefront/server.js')],
  },
  {
    hoursAgo: 122,
    by: 'docs-writer',
    subject: 'Describe the four services',
    changes: [add('docs/architecture.md')],
  },
  {
    hoursAgo: 120,
    by: 'pricing-dev',
    subject: 'Accept coupon codes as customers type them',
    body: 'Codes are pasted from mails: in lower case, with blanks around them. Read\nthem in capitals and trimmed, and check them group by group.',
    changes: [
      add('services/pricing/coupons.js'),
      add('test/coupons.test.js'),
      edit(
        'services/pricing/server.js',
        "import { PRICES } from './prices.js';\n",
        "import { parseCoupon, percentOff } from './coupons.js';\nimport { PRICES } from './prices.js';\n",
      ),
      edit(
        'services/pricing/server.js',
        '  return { subtotal, discount: 0, total: subtotal };\n}\n',
        '  const code = body.coupon ? parseCoupon(body.coupon) : undefined;\n  const discount = code ? (subtotal * percentOff(code)) / 100 : 0;\n  return { subtotal, discount, total: subtotal - discount };\n}\n',
      ),
    ],
  },
  {
    hoursAgo: 118,
    by: 'platform-dev',
    subject: 'Describe what the cluster runs',
    changes: [add('deploy/services.yaml')],
    releases: ['storefront-v1.0.0', 'catalog-v1.0.0', 'checkout-v1.0.0', 'pricing-v1.0.0'],
  },
  {
    hoursAgo: 116,
    by: 'catalog-dev',
    subject: 'Sell mugs',
    changes: [
      edit(
        'services/catalog/products.js',
        "name: 'Glass teapot', category: 'ware' },\n",
        "name: 'Glass teapot', category: 'ware' },\n  { sku: 'mug-plain', name: 'Plain mug', category: 'ware' },\n",
      ),
      edit(
        'services/pricing/prices.js',
        "'pot-glass': 2900,\n",
        "'pot-glass': 2900,\n  'mug-plain': 1200,\n",
      ),
    ],
  },
  {
    hoursAgo: 113,
    by: 'dependency-bot',
    subject: 'Bump prom-client from 15.1.2 to 15.1.3',
    changes: [edit('package.json', '"prom-client": "15.1.2"', '"prom-client": "15.1.3"')],
  },
  {
    hoursAgo: 99,
    by: 'pricing-dev',
    subject: 'Round discounts down to whole cents',
    changes: [
      edit(
        'services/pricing/server.js',
        '(subtotal * percentOff(code)) / 100',
        'Math.floor((subtotal * percentOff(code)) / 100)',
      ),
    ],
  },
  {
    hoursAgo: 97,
    by: 'storefront-dev',
    subject: 'Encode the quantity as a number before it reaches checkout',
    changes: [
      edit(
        'services/storefront/server.js',
        "  return call('checkout', `${CHECKOUT_URL}/quotes`, { method: 'POST', body });\n",
        "  const lines = (body?.lines ?? []).map(({ sku, quantity }) => ({ sku, quantity: Number(quantity) }));\n  const order = { lines, coupon: body?.coupon };\n  return call('checkout', `${CHECKOUT_URL}/quotes`, { method: 'POST', body: order });\n",
      ),
    ],
  },
  {
    hoursAgo: 95,
    by: 'catalog-dev',
    subject: 'Answer 404 for a product that is not on sale',
    changes: [edit('services/catalog/server.js', 'new HttpError(400, ', 'new HttpError(404, ')],
  },
  {
    hoursAgo: 93,
    by: 'checkout-dev',
    subject: 'Ship for free from 50 euros',
    changes: [
      edit(
        'services/checkout/server.js',
        'const SHIPPING = 490;\n',
        'const SHIPPING = 490;\nconst FREE_SHIPPING_FROM = 5000;\n',
      ),
      edit(
        'services/checkout/server.js',
        '  return { ...prices, shipping: SHIPPING, total: prices.total + SHIPPING };\n',
        '  const shipping = prices.total >= FREE_SHIPPING_FROM ? 0 : SHIPPING;\n  return { ...prices, shipping, total: prices.total + shipping };\n',
      ),
    ],
    releases: ['catalog-v1.1.0', 'checkout-v1.1.0'],
  },
];
