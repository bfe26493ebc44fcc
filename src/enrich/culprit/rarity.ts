/** How telling it is that one of `all` changes has what `having` of them have: near 1 for the only one. */
export function rarity(having: number, all: number): number {
  return Math.log(1 + all / (1 + having)) / Math.log(1 + all);
}
