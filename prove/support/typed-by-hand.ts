import { confirmationOf, isLong } from '../../src/incident/confirmation.ts';
import { consentDigest, type Consent } from '../../src/incident/proposal.ts';
import { questionOf } from '../../src/incident/question.ts';
import { cardFile } from '../../src/adapters/slack/render/card-file.ts';
import { cardText } from '../../src/incident/literal.ts';
import { APPROVER, ONCALL } from '../../test/support/loop.ts';
import { rendered } from '../../test/support/rendered.ts';
import { drawCard, signedDialog, signedPress } from './card.ts';
import { refused, type Yard } from './refused.ts';
import { carryOut } from './world.ts';

/** What asks for more than a click: the name of the target, or the digest at the end of a card that only a file shows whole. */
export async function typedByHand(yard: Yard): Promise<void> {
  await typed(yard, (consent) => ({ ...consent, confirm: 'typed' }));
  await typed(yard, ({ shown, ...consent }) => {
    if (!shown) throw new Error('The template of the properties shows nothing.');
    return { ...consent, shown: { ...shown, dryRun: `accepted; ${'image '.repeat(1_500)}` } };
  });
}

async function typed(yard: Yard, change: (consent: Consent) => Consent): Promise<void> {
  const { trial, world, door } = yard;
  const { tally } = trial;
  const proposed = async () => {
    const consent = rendered(change(world.template().consent));
    return world.propose({ consent, digest: consentDigest(consent) });
  };
  const proposal = await proposed();
  const question = questionOf([proposal]);
  const wanted = confirmationOf(question);
  if (wanted.by !== 'typed') throw new Error('This card asks for a click only.');
  const card = await drawCard(world, proposal);
  const kind = isLong(proposal.consent.card) ? 'a card in a file' : 'a target to be typed';
  // The click opens the dialog, which is no refusal.
  await refused(yard, card, `${kind}: a click`, signedPress(card, APPROVER), 'nothing');
  const { text } = wanted;
  const every = trial.size({ quick: 4, ci: 1, full: 1 });
  const near = Array.from({ length: text.length }, (_, at) => [
    text.slice(0, at) + text.slice(at + 1),
    text.slice(0, at) + (text[at] === '0' ? '1' : '0') + text.slice(at + 1),
  ])
    .flat()
    .filter((_, place) => place % every === 0);
  const others = ['', ' ', 'yes', 'approve', `${text}x`, `x${text}`, `${text} ${text}`, text.toUpperCase()];
  const shown = [
    'pricing',
    'shop',
    proposal.title,
    proposal.digest,
    proposal.digest.slice(8, 16),
    proposal.id,
  ];
  for (const given of [...others, ...shown, ...near].filter((one) => one.trim() !== text))
    await refused(yard, card, `${kind}: typed “${given}”`, signedDialog(card, APPROVER, given), 'record');
  await refused(yard, card, `${kind}: nothing typed`, signedDialog(card, APPROVER), 'record');
  await refused(yard, card, `${kind}: by who may not`, signedDialog(card, ONCALL, text), 'record');
  const bare = { proposalId: proposal.id, digest: proposal.digest, person: APPROVER };
  const answer = await world.stage.loop.approve(bare);
  tally.check(!answer.ok, () => `${kind}: approved without anything typed`);
  tally.count('wrong words typed', near.length + others.length + shown.length);

  const file = cardFile(question);
  tally.check(
    isLong(question.card)
      ? file?.content === `${cardText(question.card)}\n\nDigest: ${question.digest}\n`
      : file === null,
    () => `${kind}: the file does not hold the card and its digest: ${file?.content.slice(-200)}`,
  );
  await door.knock(signedDialog(card, APPROVER, text));
  const state = await carryOut(world.stage, proposal.id);
  tally.check(
    state === 'succeeded' && world.cluster.writes.length === 1,
    () => `${kind}: typed rightly, it ended as ${state}`,
  );
  tally.count('typed approvals carried out', state === 'succeeded' ? 1 : 0);
}
