/** Everything on sale. Prices are not here: they belong to the pricing service. */
export const PRODUCTS = [
  { sku: 'tea-green', name: 'Green tea', category: 'tea' },
  { sku: 'tea-black', name: 'Black tea', category: 'tea' },
  { sku: 'tea-mint', name: 'Mint tea', category: 'tea' },
  { sku: 'pot-clay', name: 'Clay teapot', category: 'ware' },
  { sku: 'pot-glass', name: 'Glass teapot', category: 'ware' },
];
