import { randomBytes } from 'node:crypto';
import { consentDigest } from '../../src/incident/proposal.ts';
import { APPROVER } from '../../test/support/loop.ts';
import { drawCard, propose, signedDialog, signedPress, type Card } from './card.ts';
import { refused, type Yard } from './refused.ts';
import { rendered } from '../../test/support/rendered.ts';

/** The same card with another token under Approve. */
const carrying = (card: Card, token: string): Card => ({
  ...card,
  tokens: { ...card.tokens, approve: token },
});

/** Genuine requests of an approver whose button carries what it should not, or stands where it should not. */
export async function oddTokens(yard: Yard): Promise<void> {
  await guesses(yard);
  await strayed(yard);
  await stale(yard);
  await otherButtons(yard);
}

/** Everything that is no token, and what is nearly one. */
async function guesses(yard: Yard): Promise<void> {
  const { trial, world } = yard;
  const proposal = await world.propose();
  const card = await drawCard(world, proposal);
  const { approve } = card.tokens;
  const near = Array.from({ length: approve.length }, (_, at) => {
    const other = approve[at] === 'A' ? 'B' : 'A';
    return approve.slice(0, at) + other + approve.slice(at + 1);
  });
  const drawn = Array.from({ length: trial.size({ quick: 10, ci: 50, full: 500 }) }, () =>
    randomBytes(24).toString('base64url'),
  );
  const none = ['', ' ', '%', '_'.repeat(32), '%'.repeat(32), `' or true -- ${approve}`, proposal.id];
  const bent = [approve.slice(1), `${approve}A`, `${approve} `, `${approve}\n`, approve.toUpperCase()];
  for (const token of [...none, ...bent, ...near, ...drawn, proposal.digest, 'f'.repeat(64)]) {
    await refused(yard, card, `token “${token}”`, signedPress(carrying(card, token), APPROVER), 'record');
    trial.tally.count('guessed tokens');
  }
  const dialog = signedDialog(carrying(card, 'A'.repeat(32)), APPROVER);
  await refused(yard, card, 'dialog of an unknown token', dialog, 'record');
}

/** A token in another message than the one that it was drawn for. */
async function strayed(yard: Yard): Promise<void> {
  const card = await propose(yard.world);
  const other = await propose(yard.world);
  const { channel, ts } = card.standing;
  const places = [{ channel: 'C2', ts }, { channel, ts: '1772452800.999999' }, other.standing];
  for (const standing of places) {
    const moved = { ...card, standing };
    const what = `pressed in ${JSON.stringify(standing)}`;
    await refused(yard, card, what, signedPress(moved, APPROVER), 'record');
    await refused(yard, card, `dialog, ${what}`, signedDialog(moved, APPROVER), 'record');
  }
  const nowhere = { container: { type: 'view' }, channel: undefined, message: undefined };
  await refused(yard, card, 'pressed in no message', signedPress(card, APPROVER, nowhere), 'record');
  const borrowed = carrying(card, other.tokens.approve);
  await refused(yard, card, 'token of another card', signedPress(borrowed, APPROVER), 'record');
  await refused(yard, other, 'token lent to another card', signedPress(borrowed, APPROVER), 'record');
}

/** A token of a card that looked otherwise, or of bytes that were changed under it. */
async function stale(yard: Yard): Promise<void> {
  const { world } = yard;
  const proposal = await world.propose();
  for (const digest of ['', 'f'.repeat(64), proposal.digest.toUpperCase(), `${proposal.digest}0`]) {
    const old = await drawCard(world, { ...proposal, digest });
    await refused(yard, old, `card of digest “${digest}”`, signedPress(old, APPROVER), 'record');
  }
  const before = await drawCard(world, proposal);
  const consent = rendered({
    ...proposal.consent,
    asked: { ...proposal.consent.asked, service: 'another' },
  });
  const rewrite = `update proposal set consent = $2, digest = coalesce($3, digest) where id = $1`;
  for (const digest of [null, consentDigest(consent)]) {
    await world.db.query(rewrite, [proposal.id, JSON.stringify(consent), digest]);
    const what = digest === null ? 'bytes changed under the card' : 'card drawn before the proposal changed';
    await refused(yard, before, what, signedPress(before, APPROVER), 'record');
    await refused(yard, before, `dialog, ${what}`, signedDialog(before, APPROVER), 'record');
  }
}

/** Tokens of the other buttons of the same card approve nothing, whatever the button is called. */
async function otherButtons(yard: Yard): Promise<void> {
  for (const kind of ['reject', 'undo'] as const) {
    const card = await propose(yard.world);
    const posing = carrying(card, card.tokens[kind]);
    // Reject opens its dialog and waits; Undo is told that nothing can be undone yet. Neither is a refusal.
    await refused(yard, card, `token of ${kind}`, signedPress(posing, APPROVER), 'nothing');
    await refused(yard, card, `dialog of ${kind}`, signedDialog(posing, APPROVER), 'record');
  }
}
