import { sign, signedInteraction, type SignedRequest } from '../../test/support/slack-signer.ts';
import { APPROVER, ONCALL } from '../../test/support/loop.ts';
import type { Proposal } from '../../src/incident/proposal.ts';
import type { Property, Trial } from '../support/property.ts';
import { approvePress, openSlackDoor, signedPress, type SlackDoor } from '../support/slack-door.ts';
import { carryOut, openWorld, type StageOptions, type World } from '../support/world.ts';

type Seams = Pick<StageOptions, 'wrapStore'>;

const FORM = 'application/x-www-form-urlencoded';

/**
 * Presses of Approve that must not count, through the real HTTP door with real signatures. After each, the
 * proposal must stand where it stood, nothing may have been written, and the refusal must be on record; after all
 * of them a genuine press must still do what it says.
 */
export const authenticity: Property<Seams> = {
  name: 'approval is authentic',
  claim:
    'Only a fresh, genuine press by a listed approver on the bytes that are shown approves anything, and only once.',
  async run(trial, seams = {}) {
    const world = await openWorld(seams);
    const door = await openSlackDoor(world);
    try {
      await forgeries(trial, world, door);
      await impostors(trial, world, door);
      await genuine(trial, world, door);
    } finally {
      await door.close();
      await world.close();
    }
  },
};

/** Requests that did not come from Slack as they are. */
async function forgeries(trial: Trial, world: World, door: SlackDoor): Promise<void> {
  const proposal = await world.propose();
  const press = signedPress(proposal, APPROVER);
  const payload = JSON.stringify(approvePress(proposal, APPROVER));
  const form = new URLSearchParams({ payload }).toString();
  const now = Math.floor(Date.now() / 1000);
  const secrets = ['', ' ', 'a-signing-secret-for-test', 'A-signing-secret-for-tests'];
  const aged = [-86_400, -301, 900, 3_600, 31_536_000].map((by) => sign(form, FORM, now + by));
  const others = [
    ...secrets.filter((secret) => secret !== '').map((secret) => sign(form, FORM, now, secret)),
    ...aged,
    ...['v1', 'V0', '', 'v0=v0'].map((version) => signature(press, (one) => one.replace('v0', version))),
    ...['', '-1', 'NaN', '1e12', `+${now}`, '0x10'].map((text) => timestamp(press, text)),
  ];
  const forged = [...others, ...byteChanges(press, trial.size({ quick: 4, ci: 2, full: 1 }))];
  for (const request of forged) {
    await refused(
      trial,
      world,
      door,
      proposal,
      `forged request ${JSON.stringify(request.headers)}`,
      request,
      'warning',
    );
    trial.tally.count('forged requests');
  }
}

/** Every byte of the signature, of its timestamp and of a stretch of the body, changed in one bit. */
function byteChanges(press: SignedRequest, stride: number): SignedRequest[] {
  const flip = (text: string, at: number) =>
    text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1);
  const places = (text: string, from = 0) =>
    Array.from({ length: text.length - from }, (_, at) => at + from).filter((at) => at % stride === 0);
  const signed = press.headers['x-slack-signature'] ?? '';
  const at = press.headers['x-slack-request-timestamp'] ?? '';
  return [
    ...places(signed).map((place) => signature(press, (text) => flip(text, place))),
    ...places(at).map((place) => timestamp(press, flip(at, place))),
    ...places(press.body, 8).map((place) => ({ ...press, body: flip(press.body, place) })),
  ];
}

function signature(press: SignedRequest, change: (text: string) => string): SignedRequest {
  const text = change(press.headers['x-slack-signature'] ?? '');
  return { ...press, headers: { ...press.headers, 'x-slack-signature': text } };
}

function timestamp(press: SignedRequest, text: string): SignedRequest {
  return { ...press, headers: { ...press.headers, 'x-slack-request-timestamp': text } };
}

/** Genuine requests of somebody who may not, about something that may not, or not any more. */
async function impostors(trial: Trial, world: World, door: SlackDoor): Promise<void> {
  const proposal = await world.propose();
  const people = [
    ONCALL,
    'U0STRANGER',
    'U0SITREP',
    'B0SITREP',
    'USLACKBOT',
    'W0GUEST',
    '',
    APPROVER.toLowerCase(),
    `${APPROVER} `,
    'policy',
    'sitrep',
    '__proto__',
  ];
  for (const person of people)
    await refused(
      trial,
      world,
      door,
      proposal,
      `pressed by “${person}”`,
      signedPress(proposal, person),
      'record',
    );
  const elsewhere = [
    { team: { id: 'T0OTHER' } },
    { team: { id: 'T0OTHER' }, user: { id: APPROVER, team_id: 'T0OTHER' } },
    { team: null, user: { id: APPROVER, team_id: 'T0OTHER' } },
    { api_app_id: 'A0OTHER' },
  ];
  for (const changes of elsewhere)
    await refused(
      trial,
      world,
      door,
      proposal,
      JSON.stringify(changes),
      signedPress(proposal, APPROVER, changes),
      'warning',
    );
  const digests = [
    '',
    'f'.repeat(64),
    proposal.digest.toUpperCase(),
    proposal.digest.slice(1),
    `${proposal.digest}0`,
  ];
  for (const digest of digests) {
    const isDigest = /^[0-9a-f]{64}$/.test(digest);
    await refused(
      trial,
      world,
      door,
      proposal,
      `digest “${digest}”`,
      signedPress({ ...proposal, digest }, APPROVER),
      isDigest ? 'record' : 'nothing',
    );
  }
  const own = await world.propose({ requestedBy: APPROVER });
  await refused(
    trial,
    world,
    door,
    own,
    'approved by who asked for it',
    signedPress(own, APPROVER),
    'record',
  );
  const past = await world.propose({ expiresAt: new Date(Date.now() - 1000) });
  await refused(trial, world, door, past, 'expired', signedPress(past, APPROVER), 'record');
  const dated = await world.propose();
  await world.db.query(
    `update proposal set consent = jsonb_set(consent, '{expiresAt}', '"2020-01-01T00:00:00.000Z"') where id = $1`,
    [dated.id],
  );
  await refused(trial, world, door, dated, 'consent expired', signedPress(dated, APPROVER), 'record');
  for (const state of [
    'superseded',
    'rejected',
    'expired',
    'approved',
    'succeeded',
    'unknown',
    'reverted',
  ] as const) {
    const gone = await world.propose();
    await world.db.query(`update proposal set state = $2 where id = $1`, [gone.id, state]);
    await refused(trial, world, door, gone, `already ${state}`, signedPress(gone, APPROVER), 'record');
  }
  const unknown = { id: '00000000-0000-4000-8000-000000000000', digest: proposal.digest };
  await refused(trial, world, door, proposal, 'no such proposal', signedPress(unknown, APPROVER), 'nothing');
}

/** A press is refused: nothing moves, nothing is written, and it is on record where it belongs. */
async function refused(
  { tally }: Trial,
  world: World,
  door: SlackDoor,
  proposal: Pick<Proposal, 'id'>,
  what: string,
  request: SignedRequest,
  trace: 'record' | 'warning' | 'nothing',
): Promise<void> {
  const before = await traces(world, door, proposal.id);
  await door.knock(request);
  const after = await traces(world, door, proposal.id);
  tally.check(
    after.state === before.state && after.approvals === before.approvals,
    () => `${what}: now ${after.state}`,
  );
  if (trace === 'record') tally.check(after.refusals === before.refusals + 1, () => `${what}: not on record`);
  if (trace === 'warning') tally.check(after.warnings > before.warnings, () => `${what}: not in the log`);
  if (after.state === before.state) return;
  await carryOut(world.stage, proposal.id);
  tally.check(world.cluster.writes.length === 0, () => `${what}: written`);
}

async function traces(world: World, door: SlackDoor, id: string) {
  const { rows } = await world.db.query<{ state: string; approvals: number; refusals: number }>(
    `select state, (select count(*)::int from approval where proposal_id = p.id) as approvals,
            (select count(*)::int from journal where kind = 'approval.refused') as refusals
       from proposal p where id = $1`,
    [id],
  );
  return {
    state: rows[0]?.state,
    approvals: rows[0]?.approvals,
    refusals: rows[0]?.refusals ?? 0,
    warnings: door.warnings(),
  };
}

/** What may happen does happen, and its replay does not. */
async function genuine(trial: Trial, world: World, door: SlackDoor): Promise<void> {
  const { tally } = trial;
  for (let n = 0; n < trial.size({ quick: 5, ci: 20, full: 100 }); n += 1) {
    const proposal = await world.propose();
    const request = signedPress(proposal, APPROVER);
    await door.knock(request);
    const state = await carryOut(world.stage, proposal.id);
    tally.check(
      state === 'succeeded' && world.cluster.writes.length === 1,
      () => `a genuine approval ended as ${state}`,
    );
    tally.count('genuine approvals carried out', state === 'succeeded' ? 1 : 0);
    const payload = new URLSearchParams(request.body).get('payload') ?? '{}';
    const retried = { ...request, headers: { ...request.headers, 'x-slack-retry-num': '1' } };
    const signedAnew = signedInteraction(JSON.parse(payload) as object, Math.floor(Date.now() / 1000) - 1);
    await refused(trial, world, door, proposal, 'replayed', request, 'warning');
    await refused(trial, world, door, proposal, 'repeated', retried, 'warning');
    await refused(trial, world, door, proposal, 'signed anew', signedAnew, 'nothing');
    tally.check(world.cluster.writes.length === 1, () => `a replay wrote once more`);
  }
}
