import { call } from '../../lib/call.js';
import { startService } from '../../lib/service.js';

const { CATALOG_URL, CHECKOUT_URL } = process.env;

async function showHome() {
  const { products } = await call('catalog', `${CATALOG_URL}/products`);
  return { title: 'Tea and teapots', products };
}

function showProduct({ params }) {
  return call('catalog', `${CATALOG_URL}/products/${encodeURIComponent(params.sku)}`);
}

function showBasket({ body }) {
  return call('checkout', `${CHECKOUT_URL}/quotes`, { method: 'POST', body });
}

startService({
  name: 'storefront',
  routes: [
    { method: 'GET', path: '/', handle: showHome },
    { method: 'GET', path: '/products/:sku', handle: showProduct },
    { method: 'POST', path: '/basket', handle: showBasket },
  ],
});
