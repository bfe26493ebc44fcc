import { expect, it } from 'vitest';
import { migrate } from '../../src/adapters/postgres/migrate.ts';
import { openDatabase } from '../../src/adapters/postgres/open.ts';
import { freshHome, runCli } from '../support/bot.ts';
import { MIGRATIONS } from '../support/migrations.ts';

it('lists what was kept quiet, with its reasons, where nothing runs', { timeout: 60_000 }, async () => {
  const home = freshHome();
  const db = await openDatabase({ url: undefined, home, onProgress: () => undefined });
  await migrate(db, MIGRATIONS);
  await db.query(
    `insert into alert (source, fingerprint, starts_at, status, name, service, severity, summary, description, labels, annotations,
                        quiet_reason, quiet_why, pending)
     values ('test', 'f', now(), 'firing', 'DiskFull', 'cart', 'info', '', '', '{}', '{}', 'flapping', E'it flaps\\nmuch', false)`,
  );
  await db.close();
  const listed = await runCli(['quiet'], home);
  expect(listed.stdout).toContain(
    '1 alert in the last 24 hours = 0 in incidents + 1 kept quiet + 0 not placed yet',
  );
  expect(listed.stdout).toMatch(/1 {2}DiskFull in cart, last .*: it flaps/);
  const json = await runCli(['quiet', '--json'], home);
  expect(JSON.parse(json.stdout)).toMatchObject({ alerts: { quiet: 1 }, rules: [{ reason: 'flapping' }] });
});
