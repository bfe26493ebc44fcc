import type { Labels } from './exposition.ts';

/** The part of Prometheus' annotation templates that the rule file uses. */

const EXPRESSION = /\{\{\s*(?:\$labels\.([a-zA-Z_]\w*)|\$value(?:\s*\|\s*(\w+))?)\s*\}\}/g;

/** Fills in `{{ $labels.name }}` and `{{ $value | humanize… }}`; throws on a function that is not known here. */
export function fillTemplate(template: string, labels: Labels, value: number): string {
  return template.replaceAll(EXPRESSION, (_all, label: string | undefined, format: string | undefined) =>
    label === undefined ? formatValue(value, format) : (labels[label] ?? ''),
  );
}

function formatValue(value: number, format: string | undefined): string {
  switch (format) {
    case undefined:
      return String(value);
    case 'humanize':
      return significant(value);
    case 'humanizePercentage':
      return `${significant(value * 100)}%`;
    case 'humanizeDuration':
      return humanizeDuration(value);
    default:
      throw new Error(`the local rule evaluator does not know the template function ${format}`);
  }
}

/** Go's `%.4g` for ordinary magnitudes. */
function significant(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function humanizeDuration(seconds: number): string {
  if (seconds === 0) return '0s';
  if (seconds < 0.001) return `${significant(seconds * 1e6)}us`;
  if (seconds < 1) return `${significant(seconds * 1e3)}ms`;
  if (seconds < 60) return `${significant(seconds)}s`;
  return `${Math.floor(seconds / 60)}m ${Math.floor(seconds % 60)}s`;
}
