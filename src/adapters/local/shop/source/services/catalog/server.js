import { HttpError } from '../../lib/http-error.js';
import { startService } from '../../lib/service.js';
import { PRODUCTS } from './products.js';

function listProducts() {
  return { products: PRODUCTS };
}

function getProduct({ params }) {
  const product = PRODUCTS.find(({ sku }) => sku === params.sku);
  if (!product) throw new HttpError(400, `Unknown product ${params.sku}.`);
  return product;
}

startService({
  name: 'catalog',
  routes: [
    { method: 'GET', path: '/products', handle: listProducts },
    { method: 'GET', path: '/products/:sku', handle: getProduct },
  ],
});
