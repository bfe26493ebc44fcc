import type { Octokit } from 'octokit';
import type { WorkflowReader, WorkflowRun, Workflows } from '../../act/world/workflows.ts';
import type { ListedWorkflow } from '../../config/github.ts';
import { orNull } from './errors.ts';
import { onlyKnown, splitRepo } from './repo.ts';

/** How often, and how long apart, it is looked for a run that was just started. */
const LOOKS = 6;
const PAUSE_MS = 1000;

type ApiRun = {
  id: number;
  name?: string | null;
  path: string;
  run_attempt?: number;
  status: string | null;
  conclusion: string | null;
  head_branch: string | null;
  html_url: string;
  actor?: { login: string };
  triggering_actor?: { login: string };
};

type Options = { repos: readonly string[]; listed: readonly ListedWorkflow[] };

/** GitHub Actions of the configured repositories, with nothing that could change them. */
export function githubWorkflowReader(octokit: Octokit, { repos, listed }: Options): WorkflowReader {
  const known = onlyKnown(repos);
  const at = (repo: string) => splitRepo(known(repo));

  /** Our own login; an App's token has none, and then runs are told apart by their number alone. */
  async function me(): Promise<string | null> {
    try {
      return (await octokit.rest.users.getAuthenticated()).data.login;
    } catch {
      return null;
    }
  }

  return {
    async run(repo, id) {
      const answer = await orNull(octokit.rest.actions.getWorkflowRun({ ...at(repo), run_id: id }));
      return answer && toRun(answer.data, await me());
    },
    async workflow(repo, file) {
      const answer = await orNull(octokit.rest.actions.getWorkflow({ ...at(repo), workflow_id: file }));
      return (
        answer && { name: answer.data.name, state: answer.data.state, updatedAt: answer.data.updated_at }
      );
    },
    async head(repo, ref) {
      const answer = await orNull(octokit.rest.repos.getCommit({ ...at(repo), ref }));
      return answer && answer.data.sha;
    },
    async source(repo, file, sha) {
      const path = `.github/workflows/${file}`;
      const answer = await orNull(octokit.rest.repos.getContent({ ...at(repo), path, ref: sha }));
      if (!answer || Array.isArray(answer.data) || !('content' in answer.data)) return null;
      return Buffer.from(answer.data.content, 'base64').toString('utf8');
    },
    async dispatched(repo, file, ref) {
      const { data } = await octokit.rest.actions.listWorkflowRuns({
        ...at(repo),
        workflow_id: file,
        branch: ref,
        event: 'workflow_dispatch',
        per_page: 30,
      });
      const login = await me();
      return data.workflow_runs.map((run) => toRun(run, login));
    },
    listedRisk(repo, file) {
      return listed.find((one) => one.repo === repo && one.workflow === file)?.risk ?? null;
    },
  };
}

/** The same, and what changes them. */
export function githubWorkflows(
  octokit: Octokit,
  options: Options & { sleep?: (ms: number) => Promise<void> },
): Workflows {
  const { sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms)) } = options;
  const known = onlyKnown(options.repos);
  const at = (repo: string) => splitRepo(known(repo));
  const workflows = githubWorkflowReader(octokit, options);

  return {
    ...workflows,
    async rerunFailedJobs(repo, id) {
      await octokit.rest.actions.reRunWorkflowFailedJobs({ ...at(repo), run_id: id });
    },
    async setEnabled(repo, file, enabled) {
      const { enableWorkflow, disableWorkflow } = octokit.rest.actions;
      await (enabled ? enableWorkflow : disableWorkflow)({ ...at(repo), workflow_id: file });
    },
    async dispatch(repo, file, { ref, inputs }) {
      const before = await workflows.dispatched(repo, file, ref);
      await octokit.rest.actions.createWorkflowDispatch({ ...at(repo), workflow_id: file, ref, inputs });
      for (let look = 1; look <= LOOKS; look += 1) {
        // It is started by now, so a list that fails must not make it look refused.
        const now = await workflows.dispatched(repo, file, ref).catch(() => []);
        if (now[0] && now[0].id !== before[0]?.id) return;
        await sleep(PAUSE_MS);
      }
    },
  };
}

function toRun(run: ApiRun, me: string | null): WorkflowRun {
  const login = (run.triggering_actor ?? run.actor)?.login;
  return {
    id: run.id,
    name: run.name ?? run.path,
    attempt: run.run_attempt ?? 1,
    status: run.status ?? 'unknown',
    conclusion: run.conclusion,
    branch: run.head_branch ?? '',
    url: run.html_url,
    ours: me === null || login === undefined ? null : login === me,
  };
}
