import type { Action } from '../../../src/incident/action.ts';
import type { SetUp } from '../tool-contract.ts';
import { issueScenarios } from './github-issue.ts';
import { pullRequestScenarios } from './github-pull-request.ts';
import { workflowScenarios } from './github-workflow.ts';

type GitHubTool = Extract<Action['tool'], `github.${string}`>;

export const githubScenarios: Record<GitHubTool, SetUp> = {
  ...pullRequestScenarios,
  ...workflowScenarios,
  ...issueScenarios,
};
