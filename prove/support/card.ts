import { createButtonTokens } from '../../src/adapters/postgres/button-tokens.ts';
import { APPROVE_DIALOG } from '../../src/adapters/slack/approve-modal.ts';
import { actionId, type ButtonKind } from '../../src/adapters/slack/buttons.ts';
import type { Standing } from '../../src/adapters/slack/tokens.ts';
import type { Proposal } from '../../src/incident/proposal.ts';
import { signedInteraction, type SignedRequest } from '../../test/support/slack-signer.ts';
import type { World } from './world.ts';

/** A card as people have it before them: where it stands, and what its buttons carry. */
export type Card = { id: string; standing: Standing; tokens: Record<ButtonKind, string> };

const THREAD = '1772452800.000001';
let posted = 1;
let triggers = 0;

/** Draws the card of a proposal and puts it into a message of its own, as delivery does. */
export async function drawCard(
  world: World,
  proposal: Pick<Proposal, 'id' | 'digest' | 'incidentId'>,
): Promise<Card> {
  posted += 1;
  const standing = { channel: 'C1', ts: `1772452800.${String(posted).padStart(6, '0')}` };
  await world.db.query(
    `insert into message (incident_id, slot, thread_ts, channel, ts) values ($1, $2, $3, $4, $5)
     on conflict (incident_id, slot) do update set channel = excluded.channel, ts = excluded.ts`,
    [proposal.incidentId, `proposal:${proposal.id}`, THREAD, standing.channel, standing.ts],
  );
  return { id: proposal.id, standing, tokens: await createButtonTokens(world.db).mint(proposal) };
}

/** A proposal of the world together with its card. */
export async function propose(world: World, over?: Partial<Proposal>): Promise<Card> {
  return drawCard(world, await world.propose(over));
}

function sentBy(person: string): object {
  triggers += 1;
  return {
    team: { id: 'T0TEAM', domain: 'acme' },
    user: { id: person, team_id: 'T0TEAM' },
    api_app_id: 'A0SITREP',
    token: 'ignored',
    trigger_id: `press-${triggers}`,
  };
}

/** What Slack sends when somebody presses Approve; `changes` forge it. */
export function press({ id, standing, tokens }: Card, person: string, changes: object = {}): object {
  const { channel, ts } = standing;
  return {
    type: 'block_actions',
    ...sentBy(person),
    container: { type: 'message', message_ts: ts, channel_id: channel, thread_ts: THREAD },
    channel: { id: channel, name: 'incidents' },
    message: { ts, thread_ts: THREAD },
    actions: [
      {
        type: 'button',
        block_id: 'b',
        action_id: actionId('approve', id),
        value: tokens.approve,
        action_ts: '1.3',
        text: { type: 'plain_text', text: 'Approve' },
      },
    ],
    ...changes,
  };
}

export function signedPress(card: Card, person: string, changes: object = {}): SignedRequest {
  return signedInteraction(press(card, person, changes));
}

/** What Slack sends when somebody fills in the dialog of Approve; null where there is no field. */
export function signedDialog(
  { standing, tokens }: Card,
  person: string,
  typed: string | null = null,
): SignedRequest {
  const place = { channel: standing.channel, ts: THREAD };
  return signedInteraction({
    type: 'view_submission',
    ...sentBy(person),
    view: {
      id: 'V1',
      type: 'modal',
      callback_id: APPROVE_DIALOG,
      private_metadata: JSON.stringify({ token: tokens.approve, standing, place }),
      state: {
        values: typed === null ? {} : { typed: { typed: { type: 'plain_text_input', value: typed } } },
      },
    },
  });
}
