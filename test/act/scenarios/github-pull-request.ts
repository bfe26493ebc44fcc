import type { CodeHost, PullRequest } from '../../../src/act/world/code-host.ts';
import { worldOf } from '../../support/world.ts';
import type { SetUp } from '../tool-contract.ts';

type PullRequestTool = 'github.open_revert_pull_request' | 'github.close_pull_request';

const REPO = 'example/shop';
const SHA = 'a'.repeat(40);

/** A repository in memory whose one commit can be reverted. */
function fakeCodeHost() {
  const pulls: PullRequest[] = [];
  let writes = 0;
  const host: CodeHost = {
    previewRevert: async () => ({ base: 'main', files: ['lib/a.js'], subject: 'Add a' }),
    async openRevert() {
      const known = pulls.find((pull) => pull.state === 'open');
      if (known) return known;
      writes += 1;
      const made: PullRequest = { number: pulls.length + 1, url: 'https://code.example/1', state: 'open' };
      pulls.push(made);
      return made;
    },
    findRevert: async () => pulls.find((pull) => pull.state === 'open') ?? null,
    pullRequest: async (_, number) => pulls[number - 1] ?? null,
    async closePullRequest(_, number) {
      const pull = pulls[number - 1];
      if (pull?.state !== 'open') return;
      writes += 1;
      pull.state = 'closed';
    },
  };
  return {
    host,
    pulls,
    writes: () => writes,
    state: async () => pulls.filter((pull) => pull.state === 'open').length,
  };
}

export const pullRequestScenarios: Record<PullRequestTool, SetUp> = {
  'github.open_revert_pull_request': async () => {
    const { host, writes, state } = fakeCodeHost();
    return {
      action: { tool: 'github.open_revert_pull_request', arguments: { repo: REPO, sha: SHA } },
      world: worldOf({ codeHost: host }),
      writes,
      state,
      changeByOthers: 'a commit never changes',
    };
  },
  'github.close_pull_request': async () => {
    const { host, pulls, writes, state } = fakeCodeHost();
    pulls.push({ number: 1, url: 'https://code.example/1', state: 'open' });
    return {
      action: { tool: 'github.close_pull_request', arguments: { repo: REPO, number: 1 } },
      world: worldOf({ codeHost: host }),
      writes,
      state,
      changeByOthers: 'whoever closes it does what was asked for',
    };
  },
};
