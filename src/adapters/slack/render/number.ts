/** `1,250`. */
export function number(count: number): string {
  return count.toLocaleString('en');
}

/** `1 alert`, `1,250 alerts`. */
export function many(count: number, noun: string): string {
  return `${number(count)} ${noun}${count === 1 ? '' : 's'}`;
}
