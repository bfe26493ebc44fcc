import { z } from 'zod';

export const repository = z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'write owner/name');

export const githubActions = {
  'github.open_revert_pull_request': z.strictObject({
    repo: repository,
    sha: z.string().regex(/^[0-9a-f]{40}$/, 'a full commit hash'),
  }),
  'github.close_pull_request': z.strictObject({ repo: repository, number: z.int().positive() }),
} as const;
