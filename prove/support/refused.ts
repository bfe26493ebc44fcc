import type { SignedRequest } from '../../test/support/slack-signer.ts';
import type { Trial } from './property.ts';
import type { SlackDoor } from './slack-door.ts';
import { carryOut, type World } from './world.ts';

/** Where presses are tried. */
export type Yard = { trial: Trial; world: World; door: SlackDoor };

/** Where a refusal leaves its trace. */
export type Trace = 'record' | 'nothing';

/** A press is refused: nothing moves, nothing is written, and it is on record where it belongs. */
export async function refused(
  { trial: { tally }, world, door }: Yard,
  { id }: { id: string },
  what: string,
  request: SignedRequest,
  trace: Trace,
): Promise<void> {
  const before = await traces(world, id);
  await door.knock(request);
  const after = await traces(world, id);
  tally.check(
    after.state === before.state && after.decided === before.decided,
    () => `${what}: now ${after.state}`,
  );
  if (trace === 'record') tally.check(after.refusals === before.refusals + 1, () => `${what}: not on record`);
  if (after.state === before.state) return;
  await carryOut(world.stage, id);
  tally.check(world.cluster.writes.length === 0, () => `${what}: written`);
}

/** `decided` counts what anybody has approved and what is under way, whichever proposal it belongs to. */
async function traces(world: World, id: string) {
  const { rows } = await world.db.query<{ state: string; decided: string; refusals: number }>(
    `select state,
            (select count(*) from approval) || ' ' || (select count(*) from proposal where decided_by is not null) as decided,
            (select count(*)::int from journal where kind in ('approval.refused', 'request.refused')) as refusals
       from proposal where id = $1`,
    [id],
  );
  const [row] = rows;
  if (!row) throw new Error(`There is no proposal ${id}.`);
  return row;
}
