import { z } from 'zod';

/** The fields of Fly's answers that Sitrep uses; everything else is dropped, except in a configuration. */

const text = z
  .record(z.string(), z.string())
  .nullish()
  .transform((found) => found ?? {});

/** Loose, because it is written back as it came. */
const configSchema = z.looseObject({ image: z.string().default(''), metadata: text });

const eventSchema = z.object({
  id: z.string().default(''),
  type: z.string().default(''),
  source: z.string().default(''),
  timestamp: z.number().default(0),
});

export const machineSchema = z.object({
  id: z.string(),
  state: z.string().default('unknown'),
  region: z.string().default(''),
  // The older name of the same value, which Fly keeps besides.
  instance_id: z.string().default(''),
  version: z.string().optional(),
  cordoned: z.boolean().default(false),
  config: configSchema,
  events: z
    .array(eventSchema)
    .nullish()
    .transform((found) => found ?? []),
  checks: z
    .array(z.object({ status: z.string().default('') }))
    .nullish()
    .transform((found) => found ?? []),
});
export type Machine = z.infer<typeof machineSchema>;

export const machinesSchema = z.array(machineSchema);

export const versionsSchema = z.array(z.object({ version: z.string(), user_config: configSchema }));

const lease = z.object({ nonce: z.string().min(1) });

/** Fly documents the lease itself; its servers have also wrapped it in `data`. */
export const leaseSchema = z.union([lease, z.object({ data: lease }).transform(({ data }) => data)]);
