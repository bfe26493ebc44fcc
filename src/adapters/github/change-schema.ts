import { z } from 'zod';

/** What is read of GitHub's answers; https://docs.github.com/en/rest. */
const date = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const person = z.object({ login: z.string() }).nullish().catch(null);
const signature = z.object({ name: z.string().nullish(), date: date.optional() }).nullish().catch(null);
const message = z.object({ message: z.string(), author: signature, committer: signature });

export const commitList = z.array(
  z.object({ sha: z.string().min(7), html_url: z.string(), commit: message }),
);

export const commitDetail = z.object({
  sha: z.string().min(7),
  html_url: z.string(),
  commit: message,
  parents: z.array(z.object({ sha: z.string() })).catch([]),
  files: z
    .array(
      z.object({
        filename: z.string(),
        additions: z.number().catch(0),
        deletions: z.number().catch(0),
        patch: z.string().optional(),
      }),
    )
    .catch([]),
});

export const pullList = z.array(
  z.object({
    number: z.int(),
    title: z.string(),
    body: z.string().nullish(),
    html_url: z.string(),
    user: person,
    updated_at: date,
    merged_at: date.nullable(),
    merge_commit_sha: z.string().nullable().catch(null),
  }),
);

/** The service that a deployment's payload names; a payload is whatever its creator has put there, often none. */
const service = z.preprocess((value) => {
  if (typeof value !== 'object' || value === null || !('service' in value)) return null;
  return typeof value.service === 'string' ? value.service : null;
}, z.string().nullable());

export const deploymentList = z.array(
  z.object({
    id: z.int(),
    sha: z.string(),
    ref: z.string(),
    environment: z.string(),
    description: z.string().nullish(),
    payload: service,
    creator: person,
    created_at: date,
  }),
);

export const statusList = z.array(z.object({ state: z.string(), created_at: date }));

export const fileContent = z.object({ content: z.string(), encoding: z.literal('base64') });
