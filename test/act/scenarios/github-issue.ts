import { vi } from 'vitest';
import { connect } from '../../../src/adapters/github/connection.ts';
import { githubIssues } from '../../../src/adapters/github/issues.ts';
import type { Issues } from '../../../src/act/world/issues.ts';
import { REPO, startDemoGitHub, TOKEN } from '../../support/demo-github.ts';
import { worldOf } from '../../support/world.ts';
import type { SetUp } from '../tool-contract.ts';

type IssueTool = 'github.open_issue' | 'github.close_issue';

const TITLE = 'Bound the coupon pattern';

async function opened() {
  const github = await startDemoGitHub();
  const octokit = connect({ token: TOKEN, apiUrl: github.url, userAgent: 'sitrep-test' });
  const issues = githubIssues(octokit, [REPO]);
  let writes = 0;
  const counted: Issues = {
    ...issues,
    async open(...given) {
      await issues.open(...given);
      writes += 1;
    },
    async close(...given) {
      await issues.close(...given);
      writes += 1;
    },
  };
  const { call } = github;
  return {
    call,
    world: worldOf({ issues: counted }),
    writes: () => writes,
    state: async () => (await call('GET', 'issues?state=open')).body.length,
  };
}

export const issueScenarios: Record<IssueTool, SetUp> = {
  async 'github.open_issue'() {
    const { call, ...about } = await opened();
    return {
      ...about,
      action: {
        tool: 'github.open_issue',
        arguments: { repo: REPO, title: TITLE, body: 'It is unbounded.' },
      },
      changeByOthers: async () => void (await call('POST', 'issues', { title: TITLE, body: 'As seen.' })),
    };
  },
  async 'github.close_issue'() {
    const { call, ...about } = await opened();
    const { body } = await call('POST', 'issues', { title: TITLE, body: 'It is unbounded.' });
    return {
      ...about,
      action: { tool: 'github.close_issue', arguments: { repo: REPO, number: body.number } },
      async changeByOthers() {
        const { updated_at: before } = (await call('GET', `issues/${body.number}`)).body;
        // GitHub's clock shows milliseconds here, so another one has to begin for the change to be seen.
        await vi.waitUntil(() => new Date().toISOString() > before, { interval: 1 });
        await call('PATCH', `issues/${body.number}`, { body: 'It is bounded elsewhere.' });
      },
    };
  },
};
