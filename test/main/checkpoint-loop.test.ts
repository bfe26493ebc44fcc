import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Place } from '../../src/adapters/audit/place.ts';
import { NONE } from '../../src/adapters/audit/place.ts';
import type { Database } from '../../src/adapters/postgres/sql.ts';
import { checkpointStore } from '../../src/adapters/postgres/store/checkpoints.ts';
import { createSigner, isSigned, type Checkpoint } from '../../src/incident/checkpoint.ts';
import { checkpointTurn } from '../../src/main/checkpoint-loop.ts';
import { testDatabase } from '../support/database.ts';
import { emptyDatabase } from '../support/empty-database.ts';
import { fakeLog } from '../support/fake-log.ts';
import { ONCALL, stage } from '../support/loop.ts';

const signer = createSigner(Buffer.alloc(32, 1));

let db: Database;
let happen: (times?: number) => Promise<void>;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  await emptyDatabase(db);
  const s = await stage(db);
  happen = async (times = 1) => {
    for (let i = 0; i < times; i += 1)
      await s.transaction((store) =>
        store.record({ kind: 'switch.stopped', incidentId: null, actor: ONCALL, why: 'x' }),
      );
  };
});
afterAll(() => db.close());

function fakePlace(name: string, asked: boolean): Place & { copies: Checkpoint[]; away: string | null } {
  return {
    name,
    copies: [],
    away: null,
    async newest() {
      if (this.away) throw new Error(this.away);
      return asked ? (this.copies.at(-1) ?? NONE) : null;
    },
    async add(checkpoints) {
      if (this.away) throw new Error(this.away);
      this.copies.push(...checkpoints);
    },
  };
}

it('signs the end of the chain when something came, and copies it to every place once', async () => {
  const [file, slack] = [fakePlace('file', true), fakePlace('slack', false)];
  const turn = checkpointTurn({ database: db, signer, places: [file, slack], log: fakeLog() });
  await turn();
  expect(file.copies).toEqual([]);
  await happen(3);
  await turn();
  await turn();
  await happen();
  await turn();
  const { rows } = await db.query<{ seq: number; hash: string }>(
    `select seq, hash from audit where seq in (3, 4) order by seq`,
  );
  for (const { copies } of [file, slack]) {
    expect(copies.map(({ seq, hash }) => ({ seq, hash }))).toEqual(rows);
    expect(copies.every(isSigned)).toBe(true);
  }
});

it('tells once of a place that takes no copies, serves the others, and makes up for it', async () => {
  const [file, slack] = [fakePlace('file', true), fakePlace('slack', false)];
  const log = fakeLog();
  const turn = checkpointTurn({ database: db, signer, places: [slack, file], log });
  slack.away = 'channel_not_found';
  for (const _ of [1, 2]) {
    await happen();
    await turn();
  }
  expect(file.copies).toHaveLength(2);
  expect(log.error).toHaveBeenCalledTimes(1);
  const state = async () => (await checkpointStore(db).placeStates()).find(({ place }) => place === 'slack');
  expect(await state()).toMatchObject({ problem: 'channel_not_found', failingSince: expect.any(Date) });
  slack.away = null;
  await turn();
  expect(slack.copies).toEqual(file.copies);
  expect(await state()).toMatchObject({ problem: null, failingSince: null, copiedSeq: 2 });
});

it('does not double what another process signs at the same time', async () => {
  const slack = fakePlace('slack', false);
  const turns = [1, 2, 3].map(() =>
    checkpointTurn({ database: db, signer, places: [slack], log: fakeLog() }),
  );
  await happen();
  await Promise.all(turns.map((turn) => turn()));
  await Promise.all(turns.map((turn) => turn()));
  expect(slack.copies).toHaveLength(1);
});

it('says so when a copy contradicts the database, and copies nothing over it', async () => {
  const file = fakePlace('file', true);
  const log = fakeLog();
  const turn = checkpointTurn({ database: db, signer, places: [file], log });
  await happen(2);
  await turn();
  await db.tx(async (sql) => {
    await sql.query('set local session_replication_role = replica');
    await sql.query('delete from audit where seq = 2; delete from audit_checkpoint');
  });
  await turn();
  expect(file.copies).toHaveLength(1);
  expect(log.error).toHaveBeenCalledWith(
    expect.objectContaining({ problem: expect.stringContaining('does not fit the database') }),
    expect.any(String),
  );
});
