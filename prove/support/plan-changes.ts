import { consentDigest, type Consent, type Proposal } from '../../src/incident/proposal.ts';
import { rendered } from '../../test/support/rendered.ts';
import { leavesOf, withLeaf } from './leaves.ts';
import { approvePlan, finishPlan, type PlanWorld } from './plan-world.ts';
import type { Renewed } from './renewed.ts';
import type { Trial } from './property.ts';

type Fits = 'nothing' | 'the digest' | 'the digest and the card';

/** Every leaf of any step, changed before the plan is approved and after it. */
export async function changedSteps(
  { tally, size, random }: Trial,
  worlds: Renewed<PlanWorld>,
): Promise<void> {
  const sample = (await (await worlds.next()).propose(random)).question.lead;
  const leaves = [
    ...leavesOf(sample.consent).map((path) => ({ column: 'consent' as const, path })),
    ...leavesOf(sample.action).map((path) => ({ column: 'action' as const, path })),
  ];
  const every = size({ quick: 20, ci: 4, full: 1 });
  for (const { column, path } of leaves.filter((_, place) => place % every === 0)) {
    for (const fits of ['nothing', 'the digest', 'the digest and the card'] as const) {
      for (const when of ['before', 'after'] as const) {
        const world = await worlds.next();
        const plan = await world.propose(random);
        const place = random.below(plan.order.length);
        const step = plan.question.steps[place] ?? plan.question.lead;
        const replica = await world.replica(plan);
        const what = `${column}.${path.join('.')} of step ${place + 1} of ${plan.order.length} changed ${when} the approval, and ${fits} to fit`;
        if (when === 'after') await approvePlan(replica, plan);
        // The place in a plan is there once; a step that is moved to a place that is taken cannot even be stored.
        const stored = await rewrite(world, step, column, path, fits).then(
          () => true,
          () => false,
        );
        if (!stored) {
          tally.count('changes of steps that the database refuses');
          continue;
        }
        const answer = when === 'before' ? await approvePlan(replica, plan) : null;
        // An action that is not the one of its consent is found when it is about to run, as with a single one.
        const isLate = column === 'action';
        if (answer && !isLate) tally.check(!answer.ok, () => `${what}: approved`);
        const states = await finishPlan(world, plan);
        const most = answer && !isLate ? 0 : place;
        tally.check(
          plan.outside.written.length <= most && isBeginning(plan.outside.written, plan.order),
          () => `${what}: written ${plan.outside.written.join()} of ${plan.order.join()}; ${states.join()}`,
        );
        tally.count('leaves of steps changed');
      }
    }
  }
}

function isBeginning(written: readonly string[], order: readonly string[]): boolean {
  return written.every((service, place) => service === order[place]);
}

async function rewrite(
  { db }: PlanWorld,
  { id, consent: old, action, digest }: Proposal,
  column: 'consent' | 'action',
  path: (string | number)[],
  fits: Fits,
): Promise<void> {
  const changed = withLeaf(column === 'consent' ? old : action, path);
  const consent = column === 'action' ? old : (changed as Consent);
  const whole = fits === 'the digest and the card' && path[0] !== 'card' ? rendered(consent) : consent;
  await db.query(`update proposal set consent = $2, action = $3, digest = $4 where id = $1`, [
    id,
    JSON.stringify(whole),
    JSON.stringify(column === 'action' ? changed : action),
    fits === 'nothing' ? digest : consentDigest(whole),
  ]);
}
