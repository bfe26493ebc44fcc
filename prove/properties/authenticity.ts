import { APPROVER, SECOND } from '../../test/support/loop.ts';
import { sign, signedInteraction, type SignedRequest } from '../../test/support/slack-signer.ts';
import { press, propose, signedPress } from '../support/card.ts';
import { impostors } from '../support/impostors.ts';
import { oddTokens } from '../support/odd-tokens.ts';
import type { Property } from '../support/property.ts';
import { refused, type Yard } from '../support/refused.ts';
import { openSlackDoor, type DoorOptions } from '../support/slack-door.ts';
import { typedByHand } from '../support/typed-by-hand.ts';
import { carryOut, openWorld, type StageOptions } from '../support/world.ts';

type Seams = Pick<StageOptions, 'wrapStore'> & Pick<DoorOptions, 'wrapTokens'>;

const FORM = 'application/x-www-form-urlencoded';

/**
 * Presses of Approve that must not count, through the real HTTP door with real signatures. After each, the
 * proposal must stand where it stood, nothing may have been written, and the refusal must be on record; after all
 * of them a genuine press must still do what it says.
 */
export const authenticity: Property<Seams> = {
  name: 'approval is authentic',
  claim:
    'Only a fresh, genuine press by a listed approver on the card where it stands approves anything, and only once.',
  async run(trial, { wrapStore, wrapTokens } = {}) {
    const world = await openWorld(wrapStore ? { wrapStore } : {});
    const door = await openSlackDoor(world, wrapTokens ? { wrapTokens } : {});
    const yard = { trial, world, door };
    try {
      await forgeries(yard);
      await impostors(yard);
      await oddTokens(yard);
      await typedByHand(yard);
      await genuine(yard);
    } finally {
      await door.close();
      await world.close();
    }
  },
};

/** Requests that did not come from Slack as they are. */
async function forgeries(yard: Yard): Promise<void> {
  const { trial, world } = yard;
  const card = await propose(world);
  const request = signedPress(card, APPROVER);
  const payload = JSON.stringify(press(card, APPROVER));
  const form = new URLSearchParams({ payload }).toString();
  const now = Math.floor(Date.now() / 1000);
  const secrets = ['', ' ', 'a-signing-secret-for-test', 'A-signing-secret-for-tests'];
  const aged = [-86_400, -301, 900, 3_600, 31_536_000].map((by) => sign(form, FORM, now + by));
  const others = [
    ...secrets.filter((secret) => secret !== '').map((secret) => sign(form, FORM, now, secret)),
    ...aged,
    ...['v1', 'V0', '', 'v0=v0'].map((version) => signature(request, (one) => one.replace('v0', version))),
    ...['', '-1', 'NaN', '1e12', `+${now}`, '0x10'].map((text) => timestamp(request, text)),
  ];
  const forged = [...others, ...byteChanges(request, trial.size({ quick: 4, ci: 2, full: 1 }))];
  for (const one of forged) {
    await refused(yard, card, `forged request ${JSON.stringify(one.headers)}`, one, 'record');
    trial.tally.count('forged requests');
  }
}

/** Every byte of the signature, of its timestamp and of a stretch of the body, changed in one bit. */
function byteChanges(request: SignedRequest, stride: number): SignedRequest[] {
  const flip = (text: string, at: number) =>
    text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1);
  const places = (text: string, from = 0) =>
    Array.from({ length: text.length - from }, (_, at) => at + from).filter((at) => at % stride === 0);
  const signed = request.headers['x-slack-signature'] ?? '';
  const at = request.headers['x-slack-request-timestamp'] ?? '';
  return [
    ...places(signed).map((place) => signature(request, (text) => flip(text, place))),
    ...places(at).map((place) => timestamp(request, flip(at, place))),
    ...places(request.body, 8).map((place) => ({ ...request, body: flip(request.body, place) })),
  ];
}

function signature(request: SignedRequest, change: (text: string) => string): SignedRequest {
  const text = change(request.headers['x-slack-signature'] ?? '');
  return { ...request, headers: { ...request.headers, 'x-slack-signature': text } };
}

function timestamp(request: SignedRequest, text: string): SignedRequest {
  return { ...request, headers: { ...request.headers, 'x-slack-request-timestamp': text } };
}

/** What may happen does happen, and its replay does not. */
async function genuine(yard: Yard): Promise<void> {
  const { trial, world, door } = yard;
  const { tally } = trial;
  for (let n = 0; n < trial.size({ quick: 5, ci: 20, full: 100 }); n += 1) {
    const card = await propose(world);
    const request = signedPress(card, APPROVER);
    await door.knock(request);
    const state = await carryOut(world.stage, card.id);
    tally.check(
      state === 'succeeded' && world.cluster.writes.length === 1,
      () => `a genuine approval ended as ${state}`,
    );
    tally.count('genuine approvals carried out', state === 'succeeded' ? 1 : 0);
    const payload = new URLSearchParams(request.body).get('payload') ?? '{}';
    const retried = { ...request, headers: { ...request.headers, 'x-slack-retry-num': '1' } };
    const signedAnew = signedInteraction(JSON.parse(payload) as object, Math.floor(Date.now() / 1000) - 1);
    await refused(yard, card, 'replayed', request, 'record');
    await refused(yard, card, 'repeated', retried, 'record');
    await refused(yard, card, 'signed anew', signedAnew, 'nothing');
    for (const person of [APPROVER, SECOND])
      await refused(yard, card, `spent token, pressed by ${person}`, signedPress(card, person), 'record');
    tally.check(world.cluster.writes.length === 1, () => `a replay wrote once more`);
  }
}
