import { afterAll, beforeAll, expect, test } from 'vitest';
import { createStore } from '../../../../src/adapters/postgres/store/store.ts';
import type { Database } from '../../../../src/adapters/postgres/sql.ts';
import { testDatabase } from '../../../support/database.ts';
import { insertIncident } from '../../../support/message-rows.ts';
import { testVault } from '../../../support/vault.ts';

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

test('incidents that are over and read alike are similar, the most alike first; those going on are not', async () => {
  const store = createStore(db, { vault: testVault, outsideStop: () => null, enqueue: async () => {} });
  const [present, first, second, ongoing, other] = [
    await insertIncident(db),
    await insertIncident(db),
    await insertIncident(db),
    await insertIncident(db),
    await insertIncident(db),
  ];
  await db.query(`update incident set state = 'closed' where id = any($1)`, [[first, second, other]]);
  const view = await store.view(present);
  if (!view) throw new Error('the incident is not there');
  const found = await store.similar(view.incident, [], [second, ongoing, first, present], 5);
  expect(found.map(({ id }) => id)).toEqual([second, first]);
});
