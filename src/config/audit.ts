import { resolve } from 'node:path';
import { z } from 'zod';

const placeSchema = z.union(
  [
    z.strictObject({ file: z.string().min(1) }),
    z.strictObject({ slack: z.string().regex(/^[CG][A-Z0-9]+$/, 'a Slack channel id such as C012AB3CD') }),
    z.strictObject({
      git: z.strictObject({
        repository: z.string().min(1),
        file: z
          .string()
          .regex(/^[\w-][\w./-]*$/, 'a path inside the repository')
          .refine((path) => !path.split('/').includes('..'), 'a path inside the repository')
          .default('audit-checkpoints.jsonl'),
        push: z.boolean().default(false),
      }),
    }),
  ],
  'write “- file: PATH”, “- slack: CHANNEL” or “- git: { repository: PATH }”',
);

export const auditSchema = z.strictObject({ checkpoints: z.array(placeSchema).optional() }).prefault({});

/** Where copies of the signed checkpoints go. */
export type CheckpointPlace = z.infer<typeof placeSchema>;

/** As written; null where sitrep.yaml names no places, and a file in SITREP_HOME is used. */
export const auditOf = (given: z.infer<typeof auditSchema>): CheckpointPlace[] | null =>
  given.checkpoints ?? null;

/** Paths in sitrep.yaml are beside it. */
export function placesBeside(file: string, places: readonly CheckpointPlace[]): CheckpointPlace[] {
  const beside = (path: string) => resolve(file, '..', path);
  return places.map((place) => {
    if ('file' in place) return { file: beside(place.file) };
    if ('git' in place) return { git: { ...place.git, repository: beside(place.git.repository) } };
    return place;
  });
}
