import { HttpError } from '../../lib/http-error.js';
import { startService } from '../../lib/service.js';
import { PRICES } from './prices.js';

function priceBasket({ body }) {
  const subtotal = body.lines.reduce((sum, line) => sum + priceOf(line.sku) * line.quantity, 0);
  return { subtotal, discount: 0, total: subtotal };
}

function priceOf(sku) {
  const price = PRICES[sku];
  if (price === undefined) throw new HttpError(400, `No price for ${sku}.`);
  return price;
}

startService({
  name: 'pricing',
  routes: [{ method: 'POST', path: '/baskets', handle: priceBasket }],
});
