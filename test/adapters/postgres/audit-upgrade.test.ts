import { copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { migrate } from '../../../src/adapters/postgres/migrate.ts';
import { createStore } from '../../../src/adapters/postgres/store/store.ts';
import { contentHash, GENESIS, linkHash } from '../../../src/incident/audit-chain.ts';
import { verifyChain } from '../../../src/incident/verify-chain.ts';
import { DATABASES } from '../../support/database.ts';
import { MIGRATIONS } from '../../support/migrations.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { testVault } from '../../support/vault.ts';

const AT = '2026-03-04T03:00:00.000Z';
const PROPOSAL = '0190b5a0-0000-7000-8000-000000000001';

describe.each(DATABASES)('an installation from before contents were sealed (%s)', (_, open) => {
  it('keeps its record and what was learnt from it, and goes on behind it', async () => {
    const before = temporaryDirectory();
    for (const name of readdirSync(MIGRATIONS).filter((one) => one < '0011'))
      copyFileSync(join(MIGRATIONS, name), join(before, name));
    const db = await open();
    try {
      await migrate(db, before);
      await db.query(`insert into incident (state, title, severity) values ('closed', 'old', 'info')`);
      await db.query(
        `insert into proposal (id, incident_id, state, rank, title, action, risk, confidence, score, reasons_for, reasons_against,
                               consent, digest, policy_rule, policy_effect, requested_by, expires_at)
         values ($1, 1, 'reverted', 1, 't', '{}', 'low', '{"shipped":{"probability":0.6}}', 1, '[]', '[]', '{}', 'd', 'r', 'ask', 's', now())`,
        [PROPOSAL],
      );
      const entries = [
        { kind: 'note.added', data: { text: 'old' } },
        { kind: 'verification.ended', data: { proposal: PROPOSAL, title: 't', outcome: 'failed', why: 'w' } },
      ];
      let previous = GENESIS;
      for (const [n, { kind, data }] of entries.entries()) {
        await db.query(
          `insert into journal (at, incident_id, actor, kind, data) values ($1, 1, 'sitrep', $2, $3)`,
          [AT, kind, JSON.stringify(data)],
        );
        const content = contentHash({ at: AT, incidentId: 1, actor: 'sitrep', kind, data });
        const hash = linkHash(previous, n + 1, content);
        await db.query(
          `insert into audit (seq, journal_seq, content_hash, previous, hash) values ($1, $1, $2, $3, $4)`,
          [n + 1, content, previous, hash],
        );
        previous = hash;
      }

      await migrate(db, MIGRATIONS);
      const store = createStore(db, { vault: testVault, outsideStop: () => null, enqueue: async () => {} });
      await db.tx((sql) =>
        createStore(sql, { vault: testVault, outsideStop: () => null, enqueue: async () => {} }).record({
          kind: 'note.added',
          incidentId: 1,
          actor: 'U0',
          text: 'new',
        }),
      );
      expect(await verifyChain(await store.auditLines(0, 10))).toMatchObject({
        intact: true,
        entries: 3,
        open: 3,
      });
      expect(await verifyChain(await store.auditLines(0, 10, 'sealed'))).toMatchObject({
        intact: true,
        sealed: 3,
      });
      expect((await store.journal(0, 1, 10)).map((one) => one.kind === 'note.added' && one.text)).toEqual([
        'old',
        false,
        'new',
      ]);
      expect(await store.labelled('fix')).toEqual([{ shipped: 0.6, right: false, at: new Date(AT) }]);
    } finally {
      await db.close();
    }
  });
});
