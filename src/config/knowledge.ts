import { z } from 'zod';

const folder = z
  .string()
  .regex(/^(?!\/)(?!.*(^|\/)\.\.(\/|$))[^\0]*$/, 'a folder inside the repository, without “..”')
  .default('')
  .transform((given) => given.replace(/^\.\/?|\/+$/g, ''));
const branch = z
  .string()
  .regex(/^[\w./-]{1,200}$/, 'the name of a branch')
  .optional();

/** `knowledge` in sitrep.yaml: what evidence may quote besides the folder of runbooks. */
export const knowledgeSchema = z
  .strictObject({
    folders: z.array(z.string().min(1)).default([]),
    git: z.array(z.strictObject({ path: z.string().min(1), branch, folder })).default([]),
    github: z
      .array(
        z.strictObject({
          repo: z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'write owner/name'),
          branch,
          folder,
        }),
      )
      .default([]),
    backstage: z.array(z.string().min(1)).default([]),
    incidents: z.boolean().default(true),
    poll_seconds: z.number().min(10).max(86_400).default(300),
  })
  .prefault({});

export type Knowledge = {
  folders: string[];
  git: { path: string; branch?: string | undefined; folder: string }[];
  github: { repo: string; branch?: string | undefined; folder: string }[];
  /** Catalogue files whose components are services. */
  backstage: string[];
  /** Whether our own incidents and postmortems are quoted. */
  incidents: boolean;
  pollS: number;
};

export function knowledgeOf({ poll_seconds: pollS, ...rest }: z.infer<typeof knowledgeSchema>): Knowledge {
  return { ...rest, pollS };
}
