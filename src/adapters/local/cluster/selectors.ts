import { badRequest } from './status.ts';

/** Label and field selectors of list requests. */

type Test = (labels: Record<string, string>) => boolean;

/** Parses a label selector (`a=b,c!=d,e in (f,g),h,!i`); throws a 400 when it cannot be understood. */
export function labelSelector(text: string | null): Test {
  if (text === null || text.trim() === '') return () => true;
  const tests = splitOutsideParentheses(text).map((part) => requirement(part.trim()));
  return (labels) => tests.every((test) => test(labels));
}

function requirement(part: string): Test {
  const set = /^([^\s!=,()]+)\s+(in|notin)\s+\(([^()]*)\)$/.exec(part);
  if (set !== null) {
    const [, name = '', operator, list = ''] = set;
    const values = list.split(',').map((value) => value.trim());
    return (labels) => values.includes(labels[name] ?? '\0') === (operator === 'in');
  }
  const equal = /^([^\s!=,()]+)\s*(==|=|!=)\s*([^\s!=,()]*)$/.exec(part);
  if (equal !== null) {
    const [, name = '', operator, value] = equal;
    return (labels) => (labels[name] === value) === (operator !== '!=');
  }
  const exists = /^(!?)([^\s!=,()]+)$/.exec(part);
  if (exists === null) throw badRequest(`unable to parse requirement: ${part}`);
  const [, not, name = ''] = exists;
  return (labels) => Object.hasOwn(labels, name) === (not === '');
}

function splitOutsideParentheses(text: string): string[] {
  return text.split(/,(?![^(]*\))/);
}

/** Parses a field selector (`a.b=c,d.e!=f`) over an object's own fields. */
export function fieldSelector(text: string | null): (object: object) => boolean {
  if (text === null || text.trim() === '') return () => true;
  const tests = text.split(',').map((part) => {
    const found = /^([\w.]+)\s*(==|=|!=)\s*(.*)$/.exec(part.trim());
    if (found === null) throw badRequest(`invalid field selector: ${part}`);
    const [, path = '', operator, value = ''] = found;
    return (object: object) => (String(field(object, path) ?? '') === value) === (operator !== '!=');
  });
  return (object) => tests.every((test) => test(object));
}

function field(object: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, name) =>
        typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined,
      object,
    );
}
