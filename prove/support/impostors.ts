import { APPROVER, ONCALL } from '../../test/support/loop.ts';
import { propose, signedPress } from './card.ts';
import { refused, type Yard } from './refused.ts';
import { openSlackDoor, type DoorOptions } from './slack-door.ts';

const PEOPLE = [
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
  'consent',
  'sitrep',
  '__proto__',
];

/** Other workspaces and other apps than ours. */
const ELSEWHERE = [
  { team: { id: 'T0OTHER' } },
  { team: { id: 'T0OTHER' }, user: { id: APPROVER, team_id: 'T0OTHER' } },
  { team: null, user: { id: APPROVER, team_id: 'T0OTHER' } },
  { api_app_id: 'A0OTHER' },
];

/** What Slack may say of a listed approver, that makes them nobody who decides. */
const STANDINGS: DoorOptions[] = [
  ...[
    { deleted: true },
    { is_bot: true },
    { is_workflow_bot: true },
    { is_restricted: true },
    { is_ultra_restricted: true },
    { is_stranger: true },
    { team_id: 'T0OTHER' },
    { id: 'U0OTHER' },
  ].map((user) => ({ users: { [APPROVER]: user } })),
  { silent: true },
];

/** Genuine requests of somebody who may not, about something that may not, or not any more. */
export async function impostors(yard: Yard): Promise<void> {
  const { world } = yard;
  const card = await propose(world);
  for (const person of PEOPLE)
    await refused(yard, card, `pressed by “${person}”`, signedPress(card, person), 'record');
  for (const changes of ELSEWHERE)
    await refused(yard, card, JSON.stringify(changes), signedPress(card, APPROVER, changes), 'record');
  for (const standing of STANDINGS) {
    const door = await openSlackDoor(world, standing);
    const what = `approver of whom Slack says ${JSON.stringify(standing)}`;
    await refused({ ...yard, door }, card, what, signedPress(card, APPROVER), 'record');
    await door.close();
  }
  const own = await propose(world, { requestedBy: APPROVER });
  await refused(yard, own, 'approved by who asked for it', signedPress(own, APPROVER), 'record');
  const past = await propose(world, { expiresAt: new Date(Date.now() - 1000) });
  await refused(yard, past, 'expired', signedPress(past, APPROVER), 'record');
  const dated = await propose(world);
  await world.db.query(
    `update proposal set consent = jsonb_set(consent, '{expiresAt}', '"2020-01-01T00:00:00.000Z"') where id = $1`,
    [dated.id],
  );
  await refused(yard, dated, 'consent expired', signedPress(dated, APPROVER), 'record');
  for (const state of [
    'superseded',
    'rejected',
    'expired',
    'approved',
    'succeeded',
    'unknown',
    'reverted',
  ] as const) {
    const gone = await propose(world);
    await world.db.query(`update proposal set state = $2 where id = $1`, [gone.id, state]);
    await refused(yard, gone, `already ${state}`, signedPress(gone, APPROVER), 'record');
  }
}
