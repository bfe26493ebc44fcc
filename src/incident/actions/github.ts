import { z } from 'zod';

export const repository = z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'write owner/name');

const workflow = {
  repo: repository,
  workflow: z.string().regex(/^[\w][\w.-]*\.ya?ml$/, 'a file below .github/workflows'),
};

export const githubActions = {
  'github.open_revert_pull_request': z.strictObject({
    repo: repository,
    sha: z.string().regex(/^[0-9a-f]{40}$/, 'a full commit hash'),
  }),
  /** The failed jobs of one run. */
  'github.rerun_workflow': z.strictObject({ repo: repository, run: z.int().positive() }),
  'github.dispatch_workflow': z.strictObject({
    ...workflow,
    ref: z.string().regex(/^(?!.*\.\.)[\w][\w./-]{0,199}$/, 'a branch or tag'),
    inputs: z.record(z.string().regex(/^[\w-]{1,100}$/), z.string().max(1000)),
  }),
  'github.disable_workflow': z.strictObject(workflow),
  'github.enable_workflow': z.strictObject(workflow),
  'github.open_issue': z.strictObject({
    repo: repository,
    title: z.string().trim().min(1).max(200),
    body: z.string().max(8000),
  }),
  'github.close_issue': z.strictObject({ repo: repository, number: z.int().positive() }),
  'github.close_pull_request': z.strictObject({ repo: repository, number: z.int().positive() }),
} as const;
