import { call } from '../../lib/call.js';
import { HttpError } from '../../lib/http-error.js';
import { startService } from '../../lib/service.js';

const SHIPPING = 490;

async function quoteBasket({ body }) {
  const lines = body?.lines ?? [];
  if (lines.length === 0) throw new HttpError(400, 'The basket is empty.');
  const url = `${process.env.PRICING_URL}/baskets`;
  const prices = await call('pricing', url, { method: 'POST', body: { lines, coupon: body.coupon } });
  return { ...prices, shipping: SHIPPING, total: prices.total + SHIPPING };
}

startService({
  name: 'checkout',
  routes: [{ method: 'POST', path: '/quotes', handle: quoteBasket }],
});
