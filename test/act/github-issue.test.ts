import { expect, it } from 'vitest';
import { bind } from '../../src/act/catalogue.ts';
import { inert } from '../../src/act/tools/github-issue.ts';
import { connect } from '../../src/adapters/github/connection.ts';
import { githubIssues } from '../../src/adapters/github/issues.ts';
import { parseAction, type Action } from '../../src/incident/action.ts';
import { REPO, startDemoGitHub, TOKEN } from '../support/demo-github.ts';
import { worldOf } from '../support/world.ts';

const AROUND = { service: '', dependants: [] };
const PERMIT = { key: '8c1f', approvedBy: [] };
const open = (
  title = 'Bound the coupon pattern',
  body = 'Ask @acme/pricing.\n<!-- sitrep:8c1f -->',
): Action => ({
  tool: 'github.open_issue',
  arguments: { repo: REPO, title, body },
});

async function opened() {
  const github = await startDemoGitHub();
  const octokit = connect({ token: TOKEN, apiUrl: github.url, userAgent: 'sitrep-test' });
  return { ...github, world: worldOf({ issues: githubIssues(octokit, [REPO]) }) };
}

it('opens an issue once, finds it by its mark, and closes it', async () => {
  const { world, call } = await opened();
  const tool = bind(open());
  const { target } = await tool.prepare(world, AROUND);
  // A mark that somebody else wrote into an issue of their own is not at its end.
  await call('POST', 'issues', { title: 'Decoy', body: '<!-- sitrep:8c1f -->\nquoted' });
  expect(await tool.readBack(target, world, PERMIT)).toMatchObject({ state: 'not done' });
  await tool.run(target, world, PERMIT);
  await expect(tool.run(target, world, PERMIT)).rejects.toThrow(/open already/);
  const back = await tool.readBack(target, world, PERMIT);
  expect(await tool.readBack(target, world, { ...PERMIT, key: 'another' })).toMatchObject({
    state: 'not done',
  });
  if (back.state !== 'done' || !back.inverse) throw new Error(back.text);
  const undo = bind(parseAction(back.inverse));
  const before = await undo.prepare(world, AROUND);
  expect(await undo.readBack(before.target, world, PERMIT)).toMatchObject({ state: 'not done' });
  await undo.run(before.target, world, PERMIT);
  expect(await undo.readBack(before.target, world, PERMIT)).toMatchObject({ state: 'done' });
  const issues = (await call('GET', 'issues?state=closed')).body;
  expect(issues).toHaveLength(1);
  expect(issues[0].body).not.toMatch(/@acme|<!-- sitrep:8c1f -->\n/);
  await expect(undo.prepare(world, AROUND)).rejects.toThrow(/not open/);
});

it.each([
  '@somebody and @acme/team',
  'fixes #12, acme/shop#12, GH-12, gh-12',
  '![x](https://evil.example/?secret)',
  '![x][y]',
  '<img src="https://evil.example">',
  '<!-- sitrep:8c1f -->',
  'https://github.com/acme/other/issues/1 and https://github.com/a/b/pull/2',
  '@\u200bsomebody',
])('%s calls nobody and refers to nothing', (text) => {
  expect(inert(text)).not.toMatch(/@\w|#\d|gh-\d|!\[|<[a-z!]|\/(issues|pull)\/\d/i);
});
