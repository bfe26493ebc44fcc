import type { ActionOf } from '../../incident/action.ts';
import type { Target } from '../../incident/proposal.ts';
import { firstLine, plain } from '../../incident/text.ts';
import { NotApplicable, type Tool } from '../tool.ts';
import type { World } from '../world.ts';
import type { Issue, Issues } from '../world/issues.ts';

/** Opens an issue. Its body ends in a mark of the execution, by which it is found again. */
export const githubOpenIssue: Tool<'github.open_issue'> = {
  version: 1,
  risk: 'low',
  reversible: true,
  permissions: ['issues: write'],
  delivers: 'review',
  cancel: 'undo',
  async prepare(args, world) {
    return {
      title: `Open an issue in ${args.repo}: ${titleOf(args)}`,
      target: await observeNone(args, world),
      dryRun: 'no open issue has this title; mentions, references and images in the text are made inert',
      expectedEffect: 'people find it among their work; nothing that runs changes',
      inverse: null,
      blastRadius: { text: `one issue in ${args.repo}; whoever watches it is told`, services: [], units: 1 },
      actsOnSymptom: false,
    };
  },
  observe: observeNone,
  async run(args, _target, world, { key }) {
    await observeNone(args, world);
    await issuesOf(world).open(args.repo, {
      title: titleOf(args),
      body: `${inert(args.body)}\n\nOpened by Sitrep during an incident.\n${mark(key)}`,
    });
  },
  async readBack(args, _target, world, { key }) {
    const found = await issuesOf(world).marked(args.repo, mark(key));
    if (!found) return { state: 'not done', text: 'there is no such issue' };
    return {
      state: 'done',
      text: `issue #${found.number} is ${found.state}: ${found.url}`,
      inverse: { tool: 'github.close_issue', arguments: { repo: args.repo, number: found.number } },
    };
  },
};

/** Closes an issue; the inverse of opening one. */
export const githubCloseIssue: Tool<'github.close_issue'> = {
  version: 1,
  risk: 'low',
  reversible: false,
  permissions: ['issues: write'],
  delivers: 'review',
  cancel: 'wait',
  async prepare(args, world) {
    const found = await readIssue(args, world);
    if (found.state !== 'open') throw new NotApplicable(`Issue #${args.number} of ${args.repo} is not open.`);
    return {
      title: `Close issue #${args.number} of ${args.repo}: ${firstLine(found.title, 100)}`,
      target: issueTarget(args, found),
      dryRun: 'the issue is open and can be closed',
      expectedEffect: 'the issue is closed',
      inverse: null,
      blastRadius: { text: `one issue in ${args.repo}`, services: [], units: 1 },
      actsOnSymptom: false,
    };
  },
  async observe(args, world) {
    return issueTarget(args, await readIssue(args, world));
  },
  async run(args, target, world) {
    const now = issueTarget(args, await readIssue(args, world));
    if (now.observedVersion !== target.observedVersion)
      throw new NotApplicable(
        `${now.identity} is now ${now.observedVersion}, not ${target.observedVersion}.`,
      );
    await issuesOf(world).close(args.repo, args.number);
  },
  async readBack(args, _target, world) {
    const { state } = await readIssue(args, world);
    return state === 'closed'
      ? { state: 'done', text: `issue #${args.number} is closed` }
      : { state: 'not done', text: `issue #${args.number} is still open` };
  },
};

/**
 * Text that calls nobody and refers to nothing: a zero-width space after what would make GitHub read a mention, a
 * reference, a tag or an image. It is invisible, and unlike an entity it also works within code.
 */
export function inert(text: string): string {
  return plain(text, 8000)
    .replace(/[@#<]|!(?=\[)|\bGH(?=-\d)/gi, '$&\u200b')
    .replace(/\/(?:issues|pull|discussions|commit)\/(?=[0-9a-f])/gi, '$&\u200b');
}

function titleOf({ title }: { title: string }): string {
  return inert(firstLine(title, 200));
}

// What comes from outside cannot hold it: there every “<” is followed by a zero-width space.
function mark(key: string): string {
  return `<!-- sitrep:${key} -->`;
}

async function observeNone(args: ActionOf<'github.open_issue'>['arguments'], world: World): Promise<Target> {
  const found = await issuesOf(world).openTitled(args.repo, titleOf(args));
  if (found) throw new NotApplicable(`Issue #${found.number} with this title is open already: ${found.url}`);
  return { identity: `issues of ${args.repo}`, observedVersion: 'none open with this title' };
}

async function readIssue({ repo, number }: { repo: string; number: number }, world: World): Promise<Issue> {
  const found = await issuesOf(world).issue(repo, number);
  if (!found) throw new NotApplicable(`There is no issue #${number} in ${repo}.`);
  return found;
}

function issueTarget(
  { repo, number }: { repo: string; number: number },
  { state, updatedAt }: Issue,
): Target {
  return { identity: `issue ${repo}#${number}`, observedVersion: `${state}, updated ${updatedAt}` };
}

function issuesOf(world: World): Issues {
  if (!world.issues) throw new NotApplicable('GitHub is not configured; set GITHUB_TOKEN and GITHUB_REPOS.');
  return world.issues;
}
