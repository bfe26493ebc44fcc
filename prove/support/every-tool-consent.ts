import { bind } from '../../src/act/catalogue.ts';
import { consentDigest, type Consent } from '../../src/incident/proposal.ts';
import type { Action } from '../../src/incident/action.ts';
import { APPROVER } from '../../test/support/loop.ts';
import { rendered } from '../../test/support/rendered.ts';
import { before, EVERY_ACTION } from './every-tool.ts';
import { leavesOf, withLeaf } from './leaves.ts';
import type { Trial } from './property.ts';
import { wholeWorld } from './whole-world.ts';
import { carryOut, UNFINISHED, type World } from './world.ts';

const AROUND = { service: 'pricing', dependants: ['checkout'] };
const PERMIT = { key: 'before', approvedBy: [] };

/** What is made to fit the changed bytes again. */
const FITS = ['nothing', 'the digest', 'the digest and the card'] as const;

/** Of every tool of the catalogue: what was approved is written once, and with any leaf of it changed not at all. */
export async function everyTool({ tally, size }: Trial, world: World): Promise<void> {
  let place = 0;
  for (const action of EVERY_ACTION) {
    const whole = await approved(world, action);
    const state = await carryOut(whole.replica, whole.id);
    const isWritten = whole.writes.length === 1 && !UNFINISHED.includes(state) && state !== 'superseded';
    tally.check(isWritten, () => `${action.tool} approved: ${whole.writes.length} writes, ended as ${state}`);
    tally.count('tools carried out', isWritten ? 1 : 0);
    const { proposal } = whole;
    const { tool, toolVersion, schemaHash, arguments: given, target } = proposal.consent;
    const leaves = [
      ...leavesOf(action).map((path) => ({ column: 'action' as const, path })),
      ...leavesOf({ tool, toolVersion, schemaHash, arguments: given, target }).map((path) => ({
        column: 'consent' as const,
        path,
      })),
    ];
    for (const { column, path } of leaves) {
      place += 1;
      if (place % size({ quick: 40, ci: 6, full: 1 }) !== 0) continue;
      await changed({ tally }, world, action, column, path);
    }
  }
}

async function changed(
  { tally }: Pick<Trial, 'tally'>,
  world: World,
  action: Action,
  column: 'action' | 'consent',
  path: (string | number)[],
): Promise<void> {
  for (const fits of column === 'consent' ? FITS : (['nothing'] as const)) {
    const { proposal, replica, writes, id } = await approved(world, action);
    const bent = withLeaf(proposal[column], path);
    const other = fits === 'the digest and the card' ? rendered(bent as Consent) : bent;
    const digest = fits === 'nothing' ? proposal.digest : consentDigest(other as Consent);
    await world.db.query(`update proposal set ${column} = $2, digest = $3 where id = $1`, [
      id,
      JSON.stringify(other),
      digest,
    ]);
    const state = await carryOut(replica, id);
    tally.check(
      writes.length === 0 && state === 'superseded',
      () =>
        `${action.tool}: ${column}.${path.join('.')} changed after the approval, and ${fits} to fit: ${writes.length} writes, ended as ${state}`,
    );
    tally.count('leaves of other tools changed');
  }
}

/** An action on a world of its own, prepared, proposed and approved. */
async function approved(world: World, action: Action) {
  const writes: string[] = [];
  const whole = wholeWorld(world.cluster, (target, what) => void writes.push(`${target}: ${what}`));
  world.cluster.renew();
  const first = before(action);
  if (first) {
    const tool = bind(first);
    await tool.run((await tool.prepare(whole, AROUND)).target, whole, PERMIT);
    writes.length = 0;
  }
  const tool = bind(action);
  const { target } = await tool.prepare(whole, AROUND);
  const sample = world.template();
  const consent = rendered({
    ...sample.consent,
    tool: action.tool,
    toolVersion: tool.version,
    schemaHash: tool.schemaHash,
    arguments: action.arguments,
    target,
    asked: { ...sample.consent.asked, tool: action.tool },
    predicate: { ...sample.consent.predicate, settled: false },
  });
  const proposal = await world.propose({ action, consent, digest: consentDigest(consent), inverse: null });
  const replica = await world.replica({ world: whole, writable: whole });
  const asked = { proposalId: proposal.id, digest: proposal.digest, person: APPROVER };
  const answer = await replica.loop.approve(asked);
  if (!answer.ok) throw new Error(`A legitimate approval was refused: ${answer.text}`);
  return { id: proposal.id, proposal, replica, writes };
}
