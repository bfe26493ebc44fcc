import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database, Sql } from '../../../../src/adapters/postgres/sql.ts';
import { proposalStore } from '../../../../src/adapters/postgres/store/proposals.ts';
import { arrange, CASES, type Case } from '../../../support/execution-cases.ts';
import { awaitingIncident } from '../../../support/awaiting-incident.ts';
import { testDatabase } from '../../../support/database.ts';

// What is begun is decided by conditions in SQL, which a mutation tester of TypeScript does not see. So each is taken out
// by hand here, and one of the cases must come out another way for it.

let db: Database;
let incidentId: number;
beforeAll(async () => {
  db = await testDatabase();
  incidentId = await awaitingIncident(db);
});
afterAll(() => db.close());

class Undone extends Error {}

type How = 'claim' | 'markSent' | 'mayResend';
const FROM = { claim: 'approved', markSent: 'claimed', mayResend: 'sent' } as const;

/** What comes of a case when the statements are as `change` makes them. Nothing of it stays. */
async function begins(one: Case, how: How, change: (text: string) => string): Promise<boolean> {
  let began = false;
  const state = one.state === 'approved' ? FROM[how] : one.state;
  await db
    .tx(async (sql) => {
      // What is asked here must hold without the trigger that keeps processes of the version before in turn.
      await sql.query(`alter table proposal disable trigger proposal_in_turn`);
      const { id } = await arrange(sql, incidentId, { ...one, state });
      const changed: Sql = { query: (text, params) => sql.query(change(text), params) };
      const store = proposalStore(changed, () => null);
      if (how === 'claim') began = await store.claim(id, 30);
      else began = how === 'markSent' ? await store.markSent(id, 'r', 30) : await store.mayResend(id);
      throw new Undone();
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undone)) throw error;
    });
  return began;
}

describe.each(['claim', 'markSent', 'mayResend'] as const)('%s', (how) => {
  // What was sent has its execution, so that claiming it again fails in any case.
  const cases = CASES.filter(([, { state }]) => how !== 'claim' || state !== 'sent').map(
    ([name, one, may]): (typeof CASES)[number] => [
      name,
      one,
      may || (how === 'mayResend' && name === 'sent already'),
    ],
  );
  it.each(cases)('%s', async (_, one, may) => {
    expect(await begins(one, how, (text) => text)).toBe(may);
  });

  it.each([
    [`and state = '${FROM[how]}'`, ''],
    ...(how === 'mayResend' ? [[`name = 'last-stop'`, 'false']] : []),
    [`expires_at > now()`, 'true'],
    [`and policy_effect in ('auto', 'allow')`, ''],
    [`decided_by = 'policy' and policy_effect`, 'policy_effect'],
    [`and consent->'plan' is null`, ''],
    [`and a.digest = proposal.digest`, ''],
    [`>= greatest(1, (consent->>'approvalsNeeded')::int)`, `>= (consent->>'approvalsNeeded')::int`],
    [`>= greatest(1, (consent->>'approvalsNeeded')::int)`, '>= 1'],
    [`(decided_by = 'consent' and exists`, '(exists'],
    [`and failed.state = 'failed'`, ''],
    [`and failed.consent->'undoIfFailed' = proposal.action`, ''],
    [`where failed.id = proposal.undoes and`, 'where'],
    [`and a.digest = failed.digest`, ''],
    [`>= greatest(1, (failed.consent->>'approvalsNeeded')::int)`, '>= 1'],
    [`failed.decided_by = 'policy' or`, ''],
    [`and value <> 'null'::jsonb`, 'and false'],
    [`before.state = 'succeeded'`, 'true'],
    [`and before.state = 'succeeded'))`, 'and false))'],
    [`and undo.state in ('approved', 'claimed', 'sent', 'unknown',`, `and undo.state in (`],
    [`'unknown', 'confirmed', 'verifying', 'succeeded'))`, `'unknown'))`],
    [
      `and undo.state in ('approved', 'claimed', 'sent', 'unknown', 'confirmed', 'verifying', 'succeeded')`,
      '',
    ],
  ])('is seen by a case without “%s”', async (condition, instead) => {
    let changes = 0;
    const change = (text: string) => {
      if (text.includes(condition)) changes += 1;
      return text.replace(condition, instead);
    };
    const seen: string[] = [];
    for (const [name, one, may] of cases) if ((await begins(one, how, change)) !== may) seen.push(name);
    expect(changes, 'The condition is not there any more; change this list with it.').toBeGreaterThan(0);
    expect(seen).not.toEqual([]);
  });
});
