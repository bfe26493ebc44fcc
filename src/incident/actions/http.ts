import { z } from 'zod';

const name = z.string().regex(/^[a-z][a-z0-9_-]{0,59}$/, 'small letters, digits, “_” and “-”');

export const httpActions = {
  /** One of the requests that sitrep.yaml describes; there is no other. */
  'http.request': z.strictObject({
    template: name,
    values: z.record(name, z.string().min(1).max(200)),
  }),
} as const;
