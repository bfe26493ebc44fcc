import type { Labels } from './exposition.ts';
import { valueAt, type Matcher, type SeriesStore } from './series-store.ts';

/** Selectors of the query API: a series' name with label matchers, and nothing more of PromQL. */

export type Selector = { name: string; matches: Matcher };

const SELECTOR = /^\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(?:\{(.*)\})?\s*$/s;
const MATCHER = /\s*([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"\s*(?:,|$)/y;

/** Parses a selector; throws with what is allowed when the query is more than one. */
export function parseSelector(query: string): Selector {
  const found = SELECTOR.exec(query);
  if (found === null)
    throw new Error(`only selectors such as up{service="checkout"} are understood, not: ${query}`);
  const [, name = '', list = ''] = found;
  const tests: Matcher[] = [];
  let position = 0;
  while (position < list.length) {
    MATCHER.lastIndex = position;
    const part = MATCHER.exec(list);
    if (part === null) throw new Error(`the label matchers cannot be read: {${list}}`);
    const [, label = '', operator = '=', quoted = ''] = part;
    tests.push(matcher(label, operator, quoted.replaceAll(/\\(.)/g, '$1')));
    position = MATCHER.lastIndex;
  }
  return { name, matches: (labels) => tests.every((test) => test(labels)) };
}

function matcher(label: string, operator: string, value: string): Matcher {
  // An absent label and an empty one are the same in Prometheus.
  if (operator === '=') return (labels) => (labels[label] ?? '') === value;
  if (operator === '!=') return (labels) => (labels[label] ?? '') !== value;
  const pattern = new RegExp(`^(?:${value})$`, 's');
  return (labels) => pattern.test(labels[label] ?? '') === (operator === '=~');
}

type Value = [seconds: number, value: string];

/** The result of an instant query as the API writes it. */
export function instantVector(store: SeriesStore, selector: Selector, at: number) {
  const result: { metric: Labels; value: Value }[] = [];
  for (const series of store.select(selector.name, selector.matches)) {
    const value = valueAt(series, at)?.value;
    if (value === undefined) continue;
    result.push({
      metric: { __name__: series.name, ...series.labels },
      value: [at / 1_000, formatNumber(value)],
    });
  }
  return { resultType: 'vector' as const, result };
}

/** The result of a range query: the value at `from`, `from + step` … `to` (milliseconds). */
export function rangeMatrix(store: SeriesStore, selector: Selector, from: number, to: number, step: number) {
  const result: { metric: Labels; values: Value[] }[] = [];
  for (const series of store.select(selector.name, selector.matches)) {
    const values: Value[] = [];
    for (let at = from; at <= to; at += step) {
      const value = valueAt(series, at)?.value;
      if (value !== undefined) values.push([at / 1_000, formatNumber(value)]);
    }
    if (values.length > 0) result.push({ metric: { __name__: series.name, ...series.labels }, values });
  }
  return { resultType: 'matrix' as const, result };
}

function formatNumber(value: number): string {
  if (value === Infinity) return '+Inf';
  return value === -Infinity ? '-Inf' : String(value);
}
