/** Prices in cents, by product. */
export const PRICES = {
  'tea-green': 690,
  'tea-black': 590,
  'tea-mint': 490,
  'pot-clay': 3900,
  'pot-glass': 2900,
};
