import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** One request to Fly and its answer. */
export type FlyExchange = {
  method: string;
  path: string;
  query: Record<string, string>;
  nonce: string | undefined;
  body: unknown;
  status: number;
  answer: unknown;
};

type Schema = Record<string, any>;

const FILE = process.env['FLY_OPENAPI'] ?? join(import.meta.dirname, '../fixtures/fly/machines-api.json');

/** What of an exchange Fly's OpenAPI document does not allow; empty where all of it is allowed. */
export function flyDocument(): { objections(exchange: FlyExchange): string[] } {
  const document = JSON.parse(readFileSync(FILE, 'utf8'));
  const routes = Object.entries<Schema>(document.paths).map(([path, methods]) => ({
    pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
    methods,
  }));

  /** References resolved, and objects closed: a field that the document does not have is a mistake here. */
  function closed(schema: Schema): Schema {
    if (schema['$ref'] !== undefined) {
      const parts = String(schema['$ref']).split('/').slice(1);
      return closed(parts.reduce((at, part) => at[part], document));
    }
    if (schema['allOf']?.length === 1) return closed(schema['allOf'][0]);
    if (schema['items'] !== undefined) return { type: 'array', items: closed(schema['items']) };
    if (schema['properties'] === undefined) return schema;
    const properties = Object.fromEntries(
      Object.entries<Schema>(schema['properties']).map(([name, one]) => [name, closed(one)]),
    );
    return { type: 'object', properties, required: schema['required'] ?? [], additionalProperties: false };
  }

  function against(schema: Schema | undefined, value: unknown, what: string): string[] {
    if (schema === undefined) return value === undefined ? [] : [`${what}: there is none in the document`];
    const issues = z.fromJSONSchema(closed(schema), { defaultTarget: 'openapi-3.0' }).safeParse(value)
      .error?.issues;
    return (issues ?? []).map((issue) => `${what} ${issue.path.join('.')}: ${issue.message}`);
  }

  return {
    objections({ method, path, query, nonce, body, status, answer }) {
      const route = routes.find(({ pattern }) => pattern.test(path))?.methods[method.toLowerCase()];
      if (!route) return [`${method} ${path} is not in the document`];
      const parameters: Schema[] = route['parameters'] ?? [];
      const asked = Object.entries(query).flatMap(([name, text]) => {
        const schema: Schema | undefined = parameters.find(
          (one) => one['in'] === 'query' && one['name'] === name,
        )?.['schema'];
        if (!schema) return [`query ${name}: there is none in the document`];
        return against(schema, schema['type'] === 'integer' ? Number(text) : text, `query ${name}`);
      });
      const needsNonce = parameters.some((one) => one['in'] === 'header' && one['required'] === true);
      const sent: Schema | undefined = route['requestBody'];
      const missing = body === undefined && sent?.['required'] === true;
      const answers: Schema | undefined = route['responses'][status];
      // The document names few refusals; all of them have the same form.
      const form =
        answers?.['content']?.['application/json']?.['schema'] ??
        (status >= 400 ? { $ref: '#/components/schemas/ErrorResponse' } : undefined);
      return [
        ...asked,
        ...(needsNonce && nonce === undefined ? ['header fly-machine-lease-nonce is missing'] : []),
        ...(missing ? ['body is missing'] : []),
        ...(body === undefined ? [] : against(sent?.['content']['application/json'].schema, body, 'body')),
        ...(answers === undefined && status < 400 ? [`status ${status} is not in the document`] : []),
        ...against(form, answer, `answer ${status}`),
      ];
    },
  };
}
