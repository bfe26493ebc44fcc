import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { TERMINAL_DOOR } from '../../../src/adapters/http/door.ts';
import { terminalHandler } from '../../../src/adapters/http/terminal.ts';
import type { Proposal } from '../../../src/incident/proposal.ts';
import type { Person } from '../../../src/incident/person.ts';
import { fakeDesk } from '../../support/fake-desk.ts';
import { aProposal } from '../../support/incident-view.ts';
import { APPROVER, PEOPLE } from '../../support/loop.ts';

const KEY = 'k'.repeat(43);
const hashOf = (key: string) => createHash('sha256').update(key).digest('hex');
const withKey = (keyHash: string) =>
  PEOPLE.map((one) => (one.slackId === APPROVER ? { ...one, keyHash } : one));
const proposal = aProposal();
const approve = { do: 'approve', as: 'approver', proposalId: proposal.id, digest: proposal.digest };

/** One request to a handler of its own: what it answers, and what its desk was asked. */
async function ask(
  body: object | string,
  {
    people = withKey(hashOf(KEY)),
    method = 'POST',
    remoteAddress = '127.0.0.1',
    authorization = `Bearer ${KEY}`,
    waiting = [proposal],
  }: {
    people?: Person[];
    method?: string;
    remoteAddress?: string;
    authorization?: string;
    waiting?: Proposal[];
  } = {},
) {
  const desk = fakeDesk();
  const handle = terminalHandler({
    people,
    desk,
    awaiting: async () => waiting.map((one) => ({ proposal: one })),
    door: TERMINAL_DOOR,
  });
  const answered = await exchange(handle, body, { method, remoteAddress, authorization });
  return { ...answered, asked: desk.asked };
}

async function exchange(
  handle: ReturnType<typeof terminalHandler>,
  body: object | string,
  { method = 'POST', remoteAddress = '127.0.0.1', authorization = `Bearer ${KEY}` } = {},
) {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const request = Object.assign(Readable.from([bytes.subarray(0, 9), bytes.subarray(9)]), {
    method,
    headers: { authorization, host: '127.0.0.1:3000' },
    socket: { remoteAddress },
  });
  let status = 0;
  let text = '';
  const response = {
    writeHead: (code: number) => ((status = code), response),
    end: (said: string) => void (text = said),
  };
  await handle(request as unknown as IncomingMessage, response as unknown as ServerResponse);
  return { status, said: JSON.parse(text) as unknown };
}

const NOT_THEIRS = 'the key does not belong to this person, or sitrep.yaml has no key_sha256 for them';
const UNKNOWN = { status: 401, said: { error: NOT_THEIRS, fix: '“sitrep key” makes a key and its hash.' } };

it.each(['127.0.0.1', '::1', '::ffff:127.0.0.1'])(
  'answers %s, which is this machine',
  async (remoteAddress) => {
    expect((await ask(approve, { remoteAddress })).status).toBe(200);
  },
);

it.each(['203.0.113.9', '::2', ''])('answers nobody at “%s”', async (remoteAddress) => {
  expect(await ask(approve, { remoteAddress })).toEqual({
    status: 403,
    said: { error: 'only for this machine', fix: 'Run the command on the host of Sitrep.' },
    asked: [],
  });
});

it('takes POST alone', async () => {
  expect(await ask(approve, { method: 'PUT' })).toEqual({
    status: 405,
    said: { error: 'use POST', fix: 'See sitrep --help.' },
    asked: [],
  });
});

it.each([
  ['no JSON', '{'],
  ['more than a digest', { ...approve, digest: `${proposal.digest}0` }],
  ['a digest in another text', { ...approve, digest: `x${proposal.digest}` }],
  ['another request', { ...approve, do: 'undo' }],
  ['a body too large', JSON.stringify(approve).padEnd(16_385)],
])('does not read %s', async (_, body) => {
  expect(await ask(body)).toEqual({
    status: 400,
    said: { error: 'not readable', fix: 'Use the sitrep command of the same version.' },
    asked: [],
  });
});

it('reads a body as large as it may be', async () => {
  expect((await ask(JSON.stringify(approve).padEnd(16_384))).status).toBe(200);
});

it('puts on record who was turned away, and from what', async () => {
  const refused = (proposalId: string | null, asked: string) => [
    {
      name: 'refused',
      request: { person: 'approver', asked, why: NOT_THEIRS, proposalId, via: 'cli' },
    },
  ];
  const authorization = 'none';
  expect(await ask(approve, { authorization })).toEqual({
    ...UNKNOWN,
    asked: refused(proposal.id, 'approve'),
  });
  expect(await ask({ do: 'list', as: 'approver' }, { authorization })).toEqual({
    ...UNKNOWN,
    asked: refused(null, 'list'),
  });
});

it.each([
  ['the key in another text', { authorization: `X Bearer ${KEY}` }],
  ['the key and more', { authorization: `Bearer ${KEY} x` }],
  ['no key where the hash is that of nothing', { people: withKey(hashOf('')), authorization: '' }],
  [
    'a name that two people bear',
    { people: PEOPLE.map((one) => ({ ...one, name: 'approver', keyHash: hashOf(KEY) })) },
  ],
])('knows nobody by %s', async (_, over) => {
  expect(await ask(approve, over)).toMatchObject(UNKNOWN);
});

it('hands on what is asked, and nothing that is not', async () => {
  const by = { proposalId: proposal.id, person: APPROVER, via: 'cli' };
  expect((await ask(approve)).asked).toStrictEqual([
    { name: 'approve', request: { ...by, digest: proposal.digest } },
  ]);
  const reject = { do: 'reject', as: APPROVER, proposalId: proposal.id, reason: 'too early' };
  expect(await ask(reject)).toMatchObject({ status: 200, said: { ok: true, text: 'Done.' } });
  expect((await ask(reject)).asked).toStrictEqual([
    { name: 'reject', request: { ...by, reason: 'too early' } },
  ]);
});

it('lists the title as it is digested', async () => {
  const { id, incidentId, title, digest } = proposal;
  expect((await ask({ do: 'list', as: APPROVER })).said).toEqual({
    waiting: [{ id, incidentId, title, card: proposal.consent.card.join('\n'), digest, typeThis: null }],
  });
});

it('says what must be typed, or where it is to be found', async () => {
  const { consent } = proposal;
  const waiting = [
    { ...proposal, consent: { ...consent, confirm: 'typed' as const } },
    { ...proposal, consent: { ...consent, card: ['x'.repeat(6000)] } },
  ];
  expect((await ask({ do: 'list', as: APPROVER }, { waiting })).said).toMatchObject({
    waiting: [
      { typeThis: 'the name of the target: shop/checkout' },
      { typeThis: 'the first 8 characters of the digest at the end of the whole card' },
    ],
  });
});

it('answers the right key at once, whatever wrong ones came before', async () => {
  const desk = fakeDesk();
  const waits: (() => void)[] = [];
  const handle = terminalHandler({
    people: withKey(hashOf(KEY)),
    desk,
    awaiting: async () => [],
    door: TERMINAL_DOOR,
    wait: () => new Promise((resolve) => void waits.push(resolve)),
  });
  const answers: number[] = [];
  const come = (key: string) => {
    const request = Object.assign(Readable.from([Buffer.from(JSON.stringify(approve))]), {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, host: '127.0.0.1:3000' },
      socket: { remoteAddress: '127.0.0.1' },
    });
    const response = { writeHead: (code: number) => (answers.push(code), response), end: () => {} };
    return handle(request as unknown as IncomingMessage, response as unknown as ServerResponse);
  };
  await come('x'.repeat(43));
  const slow = come('x'.repeat(43));
  await come(KEY);
  expect(answers).toEqual([401, 200]);
  expect(desk.asked.map(({ name }) => name)).toEqual(['refused', 'approve']);
  for (const resolve of waits) resolve();
  await slow;
  expect(answers).toEqual([401, 200, 401]);
});

it('lets no more than a few wrong keys wait for their answer, and the right one never', async () => {
  const handle = terminalHandler({
    people: withKey(hashOf(KEY)),
    desk: fakeDesk(),
    awaiting: async () => [],
    door: TERMINAL_DOOR,
    wait: () => new Promise(() => {}),
  });
  const wrong = () => exchange(handle, approve, { authorization: `Bearer ${'x'.repeat(43)}` });
  expect((await wrong()).status).toBe(401);
  for (let n = 0; n < 20; n += 1) void wrong();
  expect(await wrong()).toEqual({
    status: 429,
    said: { error: 'too many wrong keys', fix: 'Wait a minute, and try again.' },
  });
  expect((await exchange(handle, { do: 'list', as: 'approver' })).status).toBe(200);
});
