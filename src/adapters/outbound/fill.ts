type Values = Record<string, string>;

const PLACEHOLDER = /\{([a-z][a-z0-9_-]*)\}/g;

/** Why a value is not one of those that the configuration allows; null where it is. */
export function whyNotValue(value: string, rule: { one_of: string[] } | { pattern: string }): string | null {
  if ('one_of' in rule)
    return rule.one_of.includes(value) ? null : `it must be one of ${rule.one_of.join(', ')}`;
  const fits = value.isWellFormed() && new RegExp(`^(?:${rule.pattern})$`, 'u').test(value);
  return fits ? null : `it must fit ${rule.pattern}`;
}

/** Text with its placeholders filled in once; braces in a value are not filled again. */
export function fillText(text: string, values: Values): string {
  return text.replace(PLACEHOLDER, (whole, name: string) => values[name] ?? whole);
}

/**
 * An address with its placeholders filled in and escaped, or null where the parser reads another path out of it:
 * the segments “.” and “..” would climb.
 */
export function fillUrl(text: string, values: Values): string | null {
  const filled = text.replace(PLACEHOLDER, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : encodeURIComponent(value);
  });
  const [, path = ''] = /^https?:\/\/[^/?]+([^?]*)/.exec(filled) ?? [];
  return new URL(filled).pathname === (path || '/') ? filled : null;
}

/** JSON with the placeholders in its strings filled in; keys stay as they are. */
export function fillJson(body: unknown, values: Values): unknown {
  if (typeof body === 'string') return fillText(body, values);
  if (Array.isArray(body)) return body.map((one: unknown) => fillJson(one, values));
  if (typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(Object.entries(body).map(([key, one]) => [key, fillJson(one, values)]));
}
