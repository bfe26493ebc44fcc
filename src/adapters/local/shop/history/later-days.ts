import { add, edit, type HistoryCommit } from './commit.ts';

/** The ordinary work of the days after: features, hardening, docs. */
export const laterDays: HistoryCommit[] = [
  {
    hoursAgo: 90,
    by: 'platform-dev',
    subject: 'Log the route with every error',
    changes: [edit('lib/service.js', 'error.message, { status })', 'error.message, { route, status })')],
  },
  {
    hoursAgo: 88,
    by: 'docs-writer',
    subject: 'Explain how to run the tests',
    changes: [
      edit('README.md', 'come from the environment.\n', 'come from the environment. Tests: `npm test`.\n'),
    ],
  },
  {
    hoursAgo: 76,
    by: 'storefront-dev',
    subject: 'Cut the wait for a dependency from two seconds to one',
    body: 'Customers leave after two seconds; an error page after one is better.',
    changes: [edit('lib/call.js', 'const TIMEOUT_MS = 2000;', 'const TIMEOUT_MS = 1000;')],
  },
  {
    hoursAgo: 74,
    by: 'platform-dev',
    subject: 'Measure very fast and very slow requests too',
    changes: [
      edit('lib/metrics.js', '[0.025, 0.05,', '[0.005, 0.01, 0.025, 0.05,'),
      edit('lib/metrics.js', '2.5, 10]', '2.5, 5, 10]'),
    ],
  },
  {
    hoursAgo: 72,
    by: 'pricing-dev',
    subject: 'Add the loyalty campaign',
    body: 'Its codes are personal and long (four groups of up to eight characters) and\ngo out by mail.',
    changes: [
      edit(
        'services/pricing/coupons.js',
        "{ prefix: 'SPRING', percent: 15 },\n",
        "{ prefix: 'SPRING', percent: 15 },\n  { prefix: 'LOYAL', percent: 5 },\n",
      ),
    ],
    releases: ['pricing-v1.1.0'],
  },
  {
    hoursAgo: 70,
    by: 'catalog-dev',
    subject: 'Sort products by name',
    changes: [
      edit(
        'services/catalog/server.js',
        '  return { products: PRODUCTS };\n',
        '  return { products: PRODUCTS.toSorted((a, b) => a.name.localeCompare(b.name)) };\n',
      ),
    ],
  },
  {
    hoursAgo: 68,
    by: 'platform-dev',
    subject: 'Refuse requests while the process lags behind',
    body: 'What has waited too long in our queue is refused with 503 instead of being\nanswered after its caller has given up. Health and metrics are exempt.',
    changes: [
      add('lib/overload.js'),
      edit(
        'lib/service.js',
        "import { matchRoute } from './routes.js';\n",
        "import { overloadGuard } from './overload.js';\nimport { matchRoute } from './routes.js';\n",
      ),
      edit(
        'lib/service.js',
        '  const metrics = serviceMetrics(name);\n',
        '  const metrics = serviceMetrics(name);\n  const isOverloaded = overloadGuard();\n',
      ),
      edit(
        'lib/service.js',
        '      const body = await readJson(request);\n',
        "      if (isOverloaded()) throw new HttpError(503, 'Overloaded; try again shortly.');\n      const body = await readJson(request);\n",
      ),
    ],
  },
  {
    hoursAgo: 66,
    by: 'checkout-dev',
    subject: 'Refuse baskets with more than fifty lines',
    changes: [
      edit(
        'services/checkout/server.js',
        "'The basket is empty.');\n",
        "'The basket is empty.');\n  if (lines.length > 50) throw new HttpError(400, 'A basket holds at most fifty lines.');\n",
      ),
    ],
  },
  {
    hoursAgo: 52,
    by: 'dependency-bot',
    subject: 'Require Node 24',
    changes: [
      edit(
        'package.json',
        '  "type": "module",\n',
        '  "type": "module",\n  "engines": { "node": ">=24" },\n',
      ),
    ],
  },
  {
    hoursAgo: 50,
    by: 'catalog-dev',
    subject: 'Filter products by category',
    changes: [
      edit(
        'services/catalog/server.js',
        'function listProducts() {\n',
        "function listProducts({ query }) {\n  const category = query.get('category');\n  const wanted = PRODUCTS.filter((product) => !category || product.category === category);\n",
      ),
      edit('services/catalog/server.js', 'products: PRODUCTS.toSorted', 'products: wanted.toSorted'),
    ],
    releases: ['catalog-v1.2.0'],
  },
  {
    hoursAgo: 48,
    by: 'pricing-dev',
    subject: 'Test codes with blanks around them',
    changes: [
      edit(
        'test/coupons.test.js',
        "test('a code with an empty group is none'",
        "test('blanks around a code do not matter', () => {\n  assert.equal(parseCoupon(' SPRING-26 '), 'SPRING-26');\n});\n\ntest('a code with an empty group is none'",
      ),
    ],
  },
  {
    hoursAgo: 46,
    by: 'storefront-dev',
    subject: 'Answer 400 for a basket that is not JSON',
    changes: [
      edit(
        'lib/service.js',
        "  return text === '' ? undefined : JSON.parse(text);\n",
        "  if (text === '') return undefined;\n  try {\n    return JSON.parse(text);\n  } catch {\n    throw new HttpError(400, 'The body is not JSON.');\n  }\n",
      ),
    ],
  },
  {
    hoursAgo: 44,
    by: 'docs-writer',
    subject: 'Add a page for whoever is on call',
    changes: [add('docs/on-call.md')],
  },
  {
    hoursAgo: 42,
    by: 'platform-dev',
    subject: 'Keep connections to dependencies open, and fewer of them',
    body: 'Four are plenty for our traffic, and a dependency in trouble is not buried\nunder ours.',
    changes: [edit('lib/call.js', '{ maxSockets: 16 }', '{ keepAlive: true, maxSockets: 4 }')],
  },
  {
    hoursAgo: 29,
    by: 'pricing-dev',
    subject: 'Move the campaigns to a file of their own',
    body: 'Marketing changes them more often than we change how codes are read.',
    changes: [
      add(
        'services/pricing/campaigns.js',
        "/** Percent off, by the beginning of a coupon code. */\nexport const CAMPAIGNS = [\n  { prefix: 'WELCOME', percent: 10 },\n  { prefix: 'SPRING', percent: 15 },\n  { prefix: 'LOYAL', percent: 5 },\n];\n",
      ),
      edit(
        'services/pricing/coupons.js',
        "const CAMPAIGNS = [\n  { prefix: 'WELCOME', percent: 10 },\n  { prefix: 'SPRING', percent: 15 },\n  { prefix: 'LOYAL', percent: 5 },\n];\n",
        "import { CAMPAIGNS } from './campaigns.js';\n",
      ),
    ],
    releases: ['pricing-v1.2.0'],
  },
  {
    hoursAgo: 27,
    by: 'checkout-dev',
    subject: 'Say how much is missing for free shipping',
    changes: [
      edit(
        'services/checkout/server.js',
        '  return { ...prices, shipping, total: prices.total + shipping };\n',
        '  const missing = Math.max(0, FREE_SHIPPING_FROM - prices.total);\n  return { ...prices, shipping, missingForFreeShipping: missing, total: prices.total + shipping };\n',
      ),
    ],
    releases: ['checkout-v1.2.0'],
  },
  {
    hoursAgo: 26,
    by: 'storefront-dev',
    subject: 'Show the release in the health answer',
    changes: [
      edit(
        'lib/service.js',
        "{ status: 'ok' }",
        "{ status: 'ok', release: process.env.SHOP_RELEASE ?? 'unknown' }",
      ),
    ],
    releases: ['storefront-v1.1.0'],
  },
];
