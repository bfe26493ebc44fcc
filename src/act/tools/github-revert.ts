import type { Target } from '../../incident/proposal.ts';
import { NotApplicable, type Tool } from '../tool.ts';

/** Opens a pull request that reverts one commit; merging and rolling it out stay with people. */
export const githubOpenRevertPullRequest: Tool<'github.open_revert_pull_request'> = {
  version: 1,
  risk: 'low',
  reversible: true,
  permissions: ['contents: write', 'pull requests: write'],
  delivers: 'review',
  cancel: 'undo',
  async prepare(args, world) {
    const host = codeHostOf(world);
    const preview = await host.previewRevert(args.repo, args.sha);
    return {
      title: `Open a pull request that reverts ${args.sha.slice(0, 7)} in ${args.repo}`,
      target: target(args),
      dryRun: `applies cleanly on ${preview.base}; changes ${preview.files.join(', ')}`,
      expectedEffect:
        'a reviewed way to take the change out for good; nothing changes until it is merged and rolled out',
      inverse: null,
      blastRadius: {
        text: `one branch and one pull request in ${args.repo}; no running service`,
        services: [],
        units: 1,
      },
      actsOnSymptom: false,
    };
  },
  async observe(args) {
    return target(args);
  },
  async run(args, _target, world) {
    const host = codeHostOf(world);
    const { subject } = await host.previewRevert(args.repo, args.sha);
    await host.openRevert(args.repo, args.sha, {
      title: `Revert "${subject}"`,
      body: `Reverts ${args.sha}.\n\nProposed by Sitrep during an incident and approved by a person there.`,
    });
  },
  async readBack(args, _target, world) {
    const found = await codeHostOf(world).findRevert(args.repo, args.sha);
    if (!found) return { state: 'not done', text: 'there is no such pull request' };
    return {
      state: 'done',
      text: `pull request #${found.number} is ${found.state}: ${found.url}`,
      inverse: { tool: 'github.close_pull_request', arguments: { repo: args.repo, number: found.number } },
    };
  },
};

/** Closes a pull request without merging it; the inverse of opening one. */
export const githubClosePullRequest: Tool<'github.close_pull_request'> = {
  version: 1,
  risk: 'low',
  reversible: false,
  permissions: ['pull requests: write'],
  delivers: 'review',
  cancel: 'wait',
  async prepare(args, world) {
    const found = await codeHostOf(world).pullRequest(args.repo, args.number);
    if (found?.state !== 'open')
      throw new NotApplicable(`Pull request #${args.number} of ${args.repo} is not open.`);
    return {
      // In an undo “Undo: ” stands before it, which must not read as if closing were undone.
      title: `Pull request #${args.number} of ${args.repo}: close it unmerged`,
      target: { identity: `pull request ${args.repo}#${args.number}`, observedVersion: 'open' },
      dryRun: 'the pull request is open and can be closed',
      expectedEffect: 'the pull request is closed without being merged',
      inverse: null,
      blastRadius: { text: `one pull request in ${args.repo}`, services: [], units: 1 },
      actsOnSymptom: false,
    };
  },
  async observe(args, world) {
    const found = await codeHostOf(world).pullRequest(args.repo, args.number);
    return {
      identity: `pull request ${args.repo}#${args.number}`,
      observedVersion: found?.state ?? 'missing',
    };
  },
  async run(args, _target, world) {
    await codeHostOf(world).closePullRequest(args.repo, args.number);
  },
  async readBack(args, _target, world) {
    const found = await codeHostOf(world).pullRequest(args.repo, args.number);
    return found?.state === 'open'
      ? { state: 'not done', text: `pull request #${args.number} is still open` }
      : { state: 'done', text: `pull request #${args.number} is ${found?.state ?? 'gone'}` };
  },
};

function codeHostOf<H>(world: { codeHost: H | null }): H {
  if (!world.codeHost)
    throw new NotApplicable('GitHub is not configured; set GITHUB_TOKEN and GITHUB_REPOS.');
  return world.codeHost;
}

// A commit never changes, so its hash is identity and version in one; that it still reverts cleanly is
// found out by the write itself.
function target(args: { repo: string; sha: string }): Target {
  return { identity: `commit ${args.repo}@${args.sha}`, observedVersion: args.sha };
}
