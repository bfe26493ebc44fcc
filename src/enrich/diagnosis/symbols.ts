import type { Sign } from './sign.ts';

const SYMBOL =
  /\b(?:[a-z][a-z0-9]*(?:[A-Z][a-z0-9]+)+|(?:[A-Z][a-z0-9]+){2,}|[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+|[a-z][a-z0-9]*(?:[.-][a-z0-9_]+)+)\b/g;
const LEAST = 7;

/** The name of a field, function, setting, table or metric, whatever its case and separators. */
export function symbolsOf(text: string): Set<string> {
  return new Set(
    [...text.matchAll(SYMBOL)]
      .map(([symbol]) => symbol.toLowerCase().replaceAll(/[^a-z0-9]/g, ''))
      .filter((symbol) => symbol.length >= LEAST),
  );
}

/**
 * For each change 0–1: whether its changed lines have a symbol that the logs and traces name, by how telling the sign
 * is and how few changes have it. A service's own name is no symbol.
 */
export function symbolShares(
  changed: readonly string[],
  signs: readonly Sign[],
  serviceNames: readonly string[],
): number[] {
  const own = new Set(serviceNames.map((name) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')));
  const named = new Map<string, number>();
  for (const sign of signs) {
    if (sign.kind !== 'log' && sign.kind !== 'trace') continue;
    for (const symbol of symbolsOf(sign.text))
      if (!own.has(symbol)) named.set(symbol, Math.max(named.get(symbol) ?? 0, sign.weight));
  }
  const having = changed.map((lines) => symbolsOf(lines));
  return having.map((symbols) =>
    Math.min(
      1,
      Math.max(
        0,
        ...[...named]
          .filter(([symbol]) => symbols.has(symbol))
          .map(([symbol, weight]) => weight / Math.sqrt(having.filter((one) => one.has(symbol)).length)),
      ),
    ),
  );
}
