import { beforeEach, expect, it } from 'vitest';
import { bind } from '../../src/act/catalogue.ts';
import { lookAgain } from '../../src/act/look-again.ts';
import { resume } from '../../src/act/resume.ts';
import { send } from '../../src/act/send.ts';
import { NotApplicable } from '../../src/act/tool.ts';
import type { Issue, Issues } from '../../src/act/world/issues.ts';
import { consentDigest, type Proposal } from '../../src/incident/proposal.ts';
import { fakeExecuteStore } from '../support/fake-execute-store.ts';
import { aProposal } from '../support/incident-view.ts';
import { worldOf } from '../support/world.ts';

const ACTION = {
  tool: 'github.open_issue' as const,
  arguments: { repo: 'acme/shop', title: 'Pricing fails', body: 'It does.' },
};
const CLOSE = { tool: 'github.close_issue', arguments: { repo: 'acme/shop', number: 7 } };
const issue: Issue = { number: 7, url: 'https://x/7', title: 'Pricing fails', state: 'open', updatedAt: '' };
let bodies: string[];
let titled: (Issue | null)[];
let issues: Issues;
let proposal: Proposal;

beforeEach(async () => {
  bodies = [];
  titled = [];
  issues = {
    issue: async () => issue,
    marked: async (_, mark) => (bodies.some((body) => body.endsWith(mark)) ? issue : null),
    openTitled: async () => titled.shift() ?? null,
    open: async (_, { body }) => void bodies.push(body),
    close: async () => undefined,
  };
  const tool = bind(ACTION);
  const { target } = await tool.prepare(worldOf({ issues }), { service: '', dependants: [] });
  const base = aProposal({ action: ACTION });
  const consent = {
    ...base.consent,
    tool: ACTION.tool,
    arguments: ACTION.arguments,
    toolVersion: tool.version,
    schemaHash: tool.schemaHash,
    target,
  };
  proposal = { ...base, consent, digest: consentDigest(consent) };
});

it.each([
  ['sent', send, 'claimed'],
  ['taken over', resume, 'sent'],
] as const)('keeps what puts it back, which only reading back can tell: %s', async (_, step, state) => {
  const fake = fakeExecuteStore({ ...proposal, state });
  await step({ ...proposal, state }, fake.ports(worldOf({ issues })));
  expect([fake.state(), fake.inverses, bodies.length]).toEqual(['confirmed', [CLOSE], 1]);
});

it('keeps it too where it was found later', async () => {
  const permit = { key: proposal.id, approvedBy: [] };
  await bind(ACTION).run(proposal.consent.target, worldOf({ issues }), permit);
  const fake = fakeExecuteStore({ ...proposal, state: 'unknown' });
  await lookAgain({ ...proposal, state: 'unknown' }, fake.ports(worldOf({ issues })));
  expect([fake.state(), fake.inverses]).toEqual(['confirmed', [CLOSE]]);
});

it('ends what the tool itself refuses at the last moment', async () => {
  // Nobody has opened one when it is looked at and prepared; somebody has when it is to be written.
  titled = [null, null, issue];
  const fake = fakeExecuteStore({ ...proposal, state: 'claimed' });
  await send({ ...proposal, state: 'claimed' }, fake.ports(worldOf({ issues })));
  const why = 'Issue #7 with this title is open already: https://x/7';
  expect([fake.state(), fake.ended, bodies]).toEqual(['superseded', [`refused: ${why}`], []]);
  expect(new NotApplicable(why)).toMatchObject({ name: 'NotApplicable', message: why });
  expect(fake.entries[1]).toMatchObject({ kind: 'action.answered', answer: 'refused', text: why });
});
