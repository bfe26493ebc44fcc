import { isJsonObject, type JsonObject } from './types.ts';

/** One thing wrong with a payload; the pointer is a JSON pointer, as in Slack's own answers. */
export interface BlockProblem {
  pointer: string;
  message: string;
}

/** Looks at one value and reports what is wrong with it. */
export type Check = (value: unknown, pointer: string, report: (problem: BlockProblem) => void) => void;

/** The fields of an object: those that must be there, those that may be, and rules across fields. */
export interface Shape {
  required?: Record<string, Check>;
  optional?: Record<string, Check>;
  across?: Check;
}

/** A string of `min` to `max` characters. */
export function string(max: number, min = 0): Check {
  return (value, pointer, report) => {
    if (typeof value !== 'string') return report({ pointer, message: 'must be a string' });
    if (value.length < min) report({ pointer, message: `must be more than ${min - 1} characters` });
    if (value.length > max) report({ pointer, message: `must be less than ${max + 1} characters` });
  };
}

export const boolean: Check = (value, pointer, report) => {
  if (typeof value !== 'boolean') report({ pointer, message: 'must be a boolean' });
};

export function integer(min: number, max: number): Check {
  return (value, pointer, report) => {
    if (!Number.isInteger(value)) return report({ pointer, message: 'must be an integer' });
    if ((value as number) < min || (value as number) > max) {
      report({ pointer, message: `must be between ${min} and ${max}` });
    }
  };
}

export function oneOf(...allowed: readonly string[]): Check {
  return (value, pointer, report) => {
    if (typeof value === 'string' && allowed.includes(value)) return;
    report({ pointer, message: `must be one of ${allowed.join(', ')}` });
  };
}

export function matching(pattern: RegExp, description: string): Check {
  return (value, pointer, report) => {
    if (typeof value !== 'string' || !pattern.test(value)) {
      report({ pointer, message: `must be ${description}` });
    }
  };
}

/** A list of `min` to `max` items, each of which passes `item`. */
export function list(item: Check, min: number, max: number): Check {
  return (value, pointer, report) => {
    if (!Array.isArray(value)) return report({ pointer, message: 'must be an array' });
    if (value.length < min) report({ pointer, message: `no fewer than ${min} items allowed` });
    if (value.length > max) report({ pointer, message: `no more than ${max} items allowed` });
    value.forEach((entry, index) => item(entry, `${pointer}/${index}`, report));
  };
}

/** An object of the given shape; fields that the shape does not know are refused, as Slack refuses them. */
export function object(shape: Shape): Check {
  const { required = {}, optional = {}, across } = shape;
  const known = new Set([...Object.keys(required), ...Object.keys(optional)]);
  return (value, pointer, report) => {
    if (!isJsonObject(value)) return report({ pointer, message: 'must be an object' });
    for (const [field, check] of Object.entries(required)) {
      if (value[field] === undefined) report({ pointer, message: `missing required field: ${field}` });
      else check(value[field], `${pointer}/${field}`, report);
    }
    for (const [field, check] of Object.entries(optional)) {
      if (value[field] !== undefined && value[field] !== null) {
        check(value[field], `${pointer}/${field}`, report);
      }
    }
    for (const field of Object.keys(value)) {
      if (!known.has(field)) report({ pointer, message: `invalid additional property: ${field}` });
    }
    across?.(value, pointer, report);
  };
}

/** An object whose `type` chooses its shape from a table. */
export function byType(table: Readonly<Record<string, Check>>): Check {
  return (value, pointer, report) => {
    if (!isJsonObject(value)) return report({ pointer, message: 'must be an object' });
    const check = typeof value['type'] === 'string' ? table[value['type']] : undefined;
    if (!check) {
      return report({ pointer: `${pointer}/type`, message: `unsupported type: ${String(value['type'])}` });
    }
    check(value, pointer, report);
  };
}

/** Reports when none of the fields is there. */
export function anyOf(...fields: readonly string[]): Check {
  return (value, pointer, report) => {
    const present = fields.some((field) => (value as JsonObject)[field] !== undefined);
    if (!present) report({ pointer, message: `must have at least one of ${fields.join(', ')}` });
  };
}

/** Anything goes: for parts that Slack checks but that no app of ours sends. */
export const anything: Check = () => {};
