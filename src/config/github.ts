import { z } from 'zod';

/** `github` in sitrep.yaml. */
export const githubSchema = z
  .strictObject({
    workflows: z
      .array(
        z.strictObject({
          repo: z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'write owner/name'),
          workflow: z.string().regex(/^[\w][\w.-]*\.ya?ml$/, 'a file below .github/workflows'),
          risk: z.enum(['low', 'medium', 'high']).default('medium'),
        }),
      )
      .default([]),
  })
  .prefault({});

/** A workflow that may be started at less than the highest risk. */
export type ListedWorkflow = z.infer<typeof githubSchema>['workflows'][number];
