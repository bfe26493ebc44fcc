import { z } from 'zod';
import type { Risk } from '../incident/action.ts';
import { isSecretHeader, secretInAddress, secretInJson, writtenOut } from './literal-secret.ts';

const name = z.string().regex(/^[a-z][a-z0-9_-]{0,59}$/, 'small letters, digits, “_” and “-”');

/** Placeholders stand in the path and the query; scheme and host are written out. */
const address = z
  .string()
  .regex(
    /^https?:\/\/[\w.:[\]-]+(\/[\w./{}?&=%~:@!$'()*+,;-]*)?$/,
    'an address such as https://host/path/{value}',
  )
  .refine((text) => URL.canParse(text), 'an address such as https://host/path/{value}');

const pattern = z.string().max(500).refine(compiles, 'a regular expression');

/** Texts, and variables with what stands before them. */
export type Headers = Record<string, string | { env: string; prefix: string }>;

const headers = z.record(
  z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]*$/)
    .refine(
      (text) => !/^(host|content-length|transfer-encoding|connection|idempotency-key)$/i.test(text),
      'a header that is not set by Sitrep itself',
    ),
  z.union([
    z.string().regex(/^[\t\x20-\x7e]*$/, 'plain text on one line'),
    z.strictObject({
      env: z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'a variable'),
      prefix: z.string().default(''),
    }),
  ]),
);

const templateSchema = z.strictObject({
  method: z.enum(['POST', 'PUT', 'PATCH', 'DELETE']),
  url: address,
  headers: headers.default({}),
  body: z.json().optional(),
  values: z
    .record(
      name,
      z.union([z.strictObject({ one_of: z.array(z.string().min(1)).min(1) }), z.strictObject({ pattern })]),
    )
    .default({}),
  risk: z.enum(['low', 'medium', 'high']).default('high'),
  repeatable: z.boolean().default(false),
  inverse: name.optional(),
  read_back: z.strictObject({
    url: address,
    headers: headers.optional(),
    expect: z.union([
      z.strictObject({ status: z.int().min(200).max(499) }),
      z.strictObject({
        pointer: z.string().regex(/^(\/[^/]*)*$/, 'a JSON pointer such as /paused'),
        equals: z.union([z.string(), z.number(), z.boolean()]).transform(String),
      }),
    ]),
  }),
});

/** `http` in sitrep.yaml: the requests that Sitrep may send. */
export const httpSchema = z
  .strictObject({ templates: z.record(name, templateSchema).default({}) })
  .prefault({})
  .superRefine(({ templates }, context) => {
    for (const [key, template] of Object.entries(templates)) {
      const mistake = mistakeOf(template, templates);
      const path = ['templates', key];
      if (mistake)
        context.addIssue({ code: 'custom', path: [...path, mistake.key], message: mistake.message });
      for (const secret of secretsIn(template))
        context.addIssue({ code: 'custom', path: [...path, ...secret.path], message: secret.message });
    }
  });

/** `outbound` in sitrep.yaml: hosts that may be in a network of one's own. */
export const outboundSchema = z
  .array(
    z.strictObject({
      host: z.string().regex(/^[a-z0-9.:[\]-]+$/, 'a host without scheme and port'),
      allow_private: z.boolean().default(false),
    }),
  )
  .default([]);

export type HttpTemplate = {
  name: string;
  method: string;
  url: string;
  headers: Headers;
  /** What is sent as JSON, with placeholders in its strings; undefined for nothing. */
  body: unknown;
  values: Record<string, { one_of: string[] } | { pattern: string }>;
  risk: Risk;
  /** Whether sending it twice does no harm. */
  repeatable: boolean;
  inverse: string | null;
  /** Without headers of its own the read-back is sent with those of the request. */
  readBack: {
    url: string;
    headers?: Headers | undefined;
    expect: { status: number } | { pointer: string; equals: string };
  };
};

/** A template, and the headers of both requests with the secrets in them; null where this process lacks one. */
export type ConfiguredRequest = {
  template: HttpTemplate;
  headers: Record<string, string> | null;
  readHeaders: Record<string, string> | null;
};

/** Looks the variables up; `valueOf` knows no value for one that this process does not have. */
export function withHeaders(
  template: HttpTemplate,
  valueOf: (variable: string) => string | undefined,
): ConfiguredRequest {
  const headers = filled(template.headers, valueOf);
  const own = template.readBack.headers;
  return { template, headers, readHeaders: own ? filled(own, valueOf) : headers };
}

function filled(
  headers: Headers,
  valueOf: (variable: string) => string | undefined,
): Record<string, string> | null {
  const found: Record<string, string> = {};
  for (const [name, said] of Object.entries(headers)) {
    const value = typeof said === 'string' ? said : valueOf(said.env);
    if (value === undefined) return null;
    found[name] = typeof said === 'string' ? value : said.prefix + value;
  }
  return found;
}

/** The variables that the headers name. */
export function variablesIn(headers: Headers = {}): string[] {
  return Object.values(headers).flatMap((said) => (typeof said === 'string' ? [] : said.env));
}

export function templatesOf({ templates }: z.infer<typeof httpSchema>): HttpTemplate[] {
  return Object.entries(templates).map(([name, { read_back: readBack, inverse = null, ...rest }]) => ({
    name,
    ...rest,
    body: rest.body,
    inverse,
    readBack,
  }));
}

type Template = z.infer<typeof templateSchema>;

function mistakeOf(
  template: Template,
  all: Record<string, Template>,
): { key: string; message: string } | null {
  const { url, body, values, inverse, read_back: readBack } = template;
  const used = placeholders(url + JSON.stringify(body ?? '') + JSON.stringify(readBack));
  const unknown = used.find((one) => !Object.hasOwn(values, one));
  if (unknown !== undefined) return { key: 'values', message: `says nothing of {${unknown}}` };
  const idle = Object.keys(values).find((one) => !used.includes(one));
  if (idle !== undefined) return { key: 'values', message: `names {${idle}}, which is used nowhere` };
  // The headers go along with both requests, and are meant for one host.
  if (originOf(url) !== originOf(readBack.url))
    return { key: 'read_back', message: 'must be on the same host as url' };
  if (inverse === undefined) return null;
  const back = Object.hasOwn(all, inverse) ? all[inverse] : undefined;
  if (!back) return { key: 'inverse', message: `there is no template “${inverse}”` };
  const missing = Object.keys(back.values).find((one) => !Object.hasOwn(values, one));
  return missing === undefined
    ? null
    : { key: 'inverse', message: `“${inverse}” wants {${missing}}, which this template does not have` };
}

/** Secrets that are written out, which no process could be kept from. */
function* secretsIn(template: Template): Iterable<{ path: (string | number)[]; message: string }> {
  const { url, headers: own, body, read_back: readBack } = template;
  const requests = [
    { path: [], url, headers: own },
    { path: ['read_back'], url: readBack.url, headers: readBack.headers ?? {} },
  ];
  for (const request of requests) {
    for (const [header, said] of Object.entries(request.headers)) {
      const isWritten =
        typeof said === 'string' ? isSecretHeader(header, said) : isSecretHeader('', said.prefix);
      if (isWritten)
        yield {
          path: [...request.path, 'headers', header],
          message: writtenOut('', 'name a variable instead: { env: NAME, prefix: "Bearer " }'),
        };
    }
    const where = secretInAddress(request.url);
    if (where !== null) yield { path: [...request.path, 'url'], message: inHeader(where) };
  }
  const found = secretInJson(body);
  if (found) yield { path: ['body', ...found.path], message: inHeader(`in “${found.where}”`) };
}

function inHeader(where: string): string {
  return writtenOut(` ${where}`, 'send it in a header that names a variable: { env: NAME }');
}

/** An address that is none was told apart already. */
function originOf(address: string): string | null {
  return URL.canParse(address) ? new URL(address).origin : null;
}

function placeholders(text: string): string[] {
  return [...text.matchAll(/\{([a-z][a-z0-9_-]*)\}/g)].map(([, one = '']) => one);
}

function compiles(source: string): boolean {
  try {
    return new RegExp(`^(?:${source})$`, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}
