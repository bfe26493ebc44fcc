import { z } from 'zod';

const name = z.string().regex(/^[\w.-]{1,60}$/, 'letters, digits, “.”, “_” and “-” only');

/** `feature_flags` in sitrep.yaml: where flags can be switched. */
export const featureFlagsSchema = z
  .array(
    z.union([
      z.strictObject({ name, file: z.string().min(1), environment: name.optional() }),
      z.strictObject({
        name,
        unleash: z.strictObject({ project: name.default('default'), environment: name }),
      }),
    ]),
  )
  .default([])
  .refine(
    (sources) => new Set(sources.map((source) => source.name)).size === sources.length,
    'two sources have the same name',
  );

/** A flag file as flagd reads it, or an environment of a project in Unleash. */
export type FlagSourceConfig = z.infer<typeof featureFlagsSchema>[number];
