import type { Proposal } from '../../src/incident/proposal.ts';
import type { World } from './world.ts';

/** What the record must hold of every write, once and in this order. */
const CHAIN = ['approval.given', 'action.claimed', 'action.sent'];

/**
 * Joins what was seen outside with the record: of a proposal whose write had an effect there must be exactly one
 * approval, claim and intent, in this order, of the bytes that it has and each with its link of the chain; and without
 * an intent there must be no effect. Resolves to what is wrong; null where nothing is.
 */
export async function whyNoChain(
  world: World,
  { id, incidentId, digest }: Proposal,
  effects: number,
): Promise<string | null> {
  const entries = await world.stage.transaction((store) => store.latestEntries(incidentId, 200));
  const about = entries.filter((entry) => 'proposal' in entry && entry.proposal === id);
  const kinds = about.map(({ kind }) => kind);
  const said = `${effects} effects, on record: ${kinds.join(', ')}`;
  const { rows } = await world.db.query(
    `select from journal j where proposal = $1 and not exists (select from audit a where a.journal_seq = j.seq)`,
    [id],
  );
  if (rows.length > 0) return `an entry without its link; ${said}`;
  const sent = kinds.filter((kind) => kind === 'action.sent').length;
  if (effects > sent) return `an effect without an intent; ${said}`;
  if (sent === 0) return null;
  const chain = about.filter(({ kind }) => CHAIN.includes(kind));
  if (chain.map(({ kind }) => kind).join() !== CHAIN.join()) return `not exactly one chain; ${said}`;
  if (chain.some((entry) => 'digest' in entry && entry.digest !== digest))
    return `a chain of other bytes; ${said}`;
  return null;
}
