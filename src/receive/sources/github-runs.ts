import { z } from 'zod';
import type { Alert } from '../../incident/alert.ts';
import { time, words } from '../fields.ts';
import { inertAlert } from '../inert-alert.ts';

export const repository = z.object({
  full_name: z.string().min(1),
  name: words,
  default_branch: words,
});

const id = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .catch(null);

const FAILED = new Set(['failure', 'timed_out', 'startup_failure', 'action_required']);

/** What a run of checks has in common, whichever event tells of it. */
type Run = {
  what: 'check_run' | 'check_suite' | 'workflow_run';
  /** What is the same for every run of the same check. */
  key: string;
  name: string;
  repo: z.infer<typeof repository>;
  branch: string | null | undefined;
  conclusion: string | null | undefined;
  at: Date;
  sha: string | null | undefined;
  url: string | null | undefined;
};

/**
 * Only what runs on the default branch is an alert: a check that fails on somebody's branch is their
 * work in progress. A green run there ends what a red one began; a cancelled or skipped one says nothing.
 */
function alertsOf(run: Run): Alert[] {
  const { repo, branch, conclusion, name, at } = run;
  if (!branch || branch !== repo.default_branch) return [];
  const failed = FAILED.has(conclusion ?? '');
  if (!failed && conclusion !== 'success') return [];
  return [
    inertAlert({
      source: 'github',
      fingerprint: `${run.what} ${repo.full_name} ${run.key} ${branch}`,
      identifiedBy: 'fingerprint',
      startsAt: at,
      endedAt: failed ? null : at,
      name: `${name} on ${branch}`,
      service: repo.name,
      severity: 'warning',
      summary: failed ? `${name}: ${conclusion} on ${branch} of ${repo.full_name}` : null,
      labels: { repository: repo.full_name, branch, check: name, conclusion },
      annotations: { commit: run.sha },
      link: run.url,
    }),
  ];
}

const workflowSchema = z.object({
  action: z.string(),
  repository,
  workflow_run: z.object({
    workflow_id: id,
    name: words,
    head_branch: words,
    head_sha: words,
    conclusion: words,
    updated_at: time,
    html_url: words,
  }),
});

export function workflowRun(body: unknown, receivedAt: Date): Alert[] {
  const { action, repository, workflow_run: run } = workflowSchema.parse(body);
  if (action !== 'completed') return [];
  return alertsOf({
    what: 'workflow_run',
    key: run.workflow_id ?? run.name ?? '',
    name: run.name ?? 'workflow',
    repo: repository,
    branch: run.head_branch,
    conclusion: run.conclusion,
    at: run.updated_at ?? receivedAt,
    sha: run.head_sha,
    url: run.html_url,
  });
}

const suiteSchema = z.object({
  action: z.string(),
  repository,
  check_suite: z.object({
    head_branch: words,
    head_sha: words,
    conclusion: words,
    updated_at: time,
    app: z.object({ name: words, slug: words }).nullish().catch(null),
  }),
});

export function checkSuite(body: unknown, receivedAt: Date): Alert[] {
  const { action, repository, check_suite: suite } = suiteSchema.parse(body);
  if (action !== 'completed') return [];
  return alertsOf({
    what: 'check_suite',
    key: suite.app?.slug ?? '',
    name: `${suite.app?.name ?? 'Checks'} checks`,
    repo: repository,
    branch: suite.head_branch,
    conclusion: suite.conclusion,
    at: suite.updated_at ?? receivedAt,
    sha: suite.head_sha,
    url: `https://github.com/${repository.full_name}/commits/${suite.head_branch ?? ''}`,
  });
}

const checkSchema = z.object({
  action: z.string(),
  repository,
  check_run: z.object({
    name: z.string().min(1),
    head_sha: words,
    conclusion: words,
    completed_at: time,
    html_url: words,
    check_suite: z.object({ head_branch: words }).nullish().catch(null),
  }),
});

export function checkRun(body: unknown, receivedAt: Date): Alert[] {
  const { action, repository, check_run: run } = checkSchema.parse(body);
  if (action !== 'completed') return [];
  return alertsOf({
    what: 'check_run',
    key: run.name,
    name: run.name,
    repo: repository,
    branch: run.check_suite?.head_branch,
    conclusion: run.conclusion,
    at: run.completed_at ?? receivedAt,
    sha: run.head_sha,
    url: run.html_url,
  });
}

const deploymentSchema = z.object({
  repository,
  deployment_status: z.object({
    state: z.string(),
    environment: words,
    description: words,
    target_url: words,
    log_url: words,
    updated_at: time,
  }),
  deployment: z.object({ task: words, ref: words, sha: words, environment: words }),
});

export function deploymentStatus(body: unknown, receivedAt: Date): Alert[] {
  const { repository: repo, deployment, deployment_status: status } = deploymentSchema.parse(body);
  const failed = status.state === 'failure' || status.state === 'error';
  if (!failed && status.state !== 'success') return [];
  const environment = status.environment ?? deployment.environment ?? 'unknown';
  const at = status.updated_at ?? receivedAt;
  return [
    inertAlert({
      source: 'github',
      fingerprint: `deployment ${repo.full_name} ${environment} ${deployment.task ?? ''}`,
      identifiedBy: 'fingerprint',
      startsAt: at,
      endedAt: failed ? null : at,
      name: `Deployment to ${environment} failed`,
      service: repo.name,
      severity: 'warning',
      summary: `Deployment of ${repo.full_name} to ${environment}: ${status.state}`,
      description: status.description,
      labels: { repository: repo.full_name, environment, ref: deployment.ref },
      annotations: { commit: deployment.sha },
      link: status.log_url || status.target_url,
    }),
  ];
}
