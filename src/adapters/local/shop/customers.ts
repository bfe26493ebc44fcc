/** What one customer does next. */
export type Visit = { method: 'GET' | 'POST'; path: string; body?: { lines: BasketLine[]; coupon?: string } };
type BasketLine = { sku: string; quantity: number };

const PRODUCTS = ['tea-green', 'tea-black', 'tea-mint', 'pot-clay', 'pot-glass'];
const SHORT_CODES = ['WELCOME-7', 'SPRING-26', 'welcome-7', ' SPRING-26'];
const CHARACTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/**
 * Visits as the shop's customers make them, the same sequence for the same seed: they look around, and
 * half of them ask for the price of a basket. Most baskets carry a coupon, and most of those the personal
 * code from the loyalty mail: long, pasted, often with the blank behind it.
 */
export function customers(seed: number): () => Visit {
  const random = randomNumbers(seed);
  const pick = <T>(items: readonly [T, ...T[]] | readonly T[]): T =>
    items[Math.floor(random() * items.length)] as T;

  return () => {
    const kind = random();
    if (kind < 0.25) return { method: 'GET', path: '/' };
    if (kind < 0.5) return { method: 'GET', path: `/products/${pick(PRODUCTS)}` };
    const lines = [{ sku: pick(PRODUCTS), quantity: 1 + Math.floor(random() * 4) }];
    const coupon = typedCoupon(random, pick);
    return { method: 'POST', path: '/basket', body: coupon === undefined ? { lines } : { lines, coupon } };
  };
}

function typedCoupon(random: () => number, pick: <T>(items: readonly T[]) => T): string | undefined {
  const kind = random();
  if (kind < 0.25) return undefined;
  if (kind < 0.4) return pick(SHORT_CODES);
  const code = loyaltyCode(random, pick);
  const typing = random();
  if (typing < 0.5) return `${code} `;
  if (typing < 0.75) return code.slice(0, -1) + code.slice(-1).toLowerCase();
  return code;
}

/** Four groups of seven or eight characters; the first begins with the campaign's name. */
function loyaltyCode(random: () => number, pick: <T>(items: readonly T[]) => T): string {
  const lengths = pick([
    [8, 8, 8, 8],
    [8, 8, 8, 7],
    [8, 8, 8, 7],
    [8, 8, 8, 7],
    [8, 8, 7, 7],
  ]);
  const groups = lengths.map((length) =>
    Array.from({ length }, () => CHARACTERS[Math.floor(random() * CHARACTERS.length)]).join(''),
  );
  return `LOYAL${groups.join('-').slice(5)}`;
}

/** mulberry32: numbers in [0, 1) that repeat for the same seed. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
