import type { Vault } from '../../../incident/seal.ts';
import type { Step } from '../../../incident/step.ts';
import type { OutsideStop } from '../../../incident/stop.ts';
import type { Sql } from '../sql.ts';
import { alertStore } from './alerts.ts';
import { auditStore } from './audit.ts';
import { bulletinStore } from './bulletins.ts';
import { changeStore } from './changes.ts';
import { checkpointStore } from './checkpoints.ts';
import { erasureStore } from './erasure.ts';
import { rekeyStore } from './rekey.ts';
import { incidentStore } from './incidents.ts';
import { intakeStore } from './intake.ts';
import { journalStore } from './journal.ts';
import { labelStore } from './labels.ts';
import { limitStore } from './limits.ts';
import { leaseStore } from './leases.ts';
import { modelCallStore } from './model-calls.ts';
import { ownActionStore } from './own-actions.ts';
import { placingStore } from './placing.ts';
import { planStore } from './plans.ts';
import { actionRecordStore } from './action-record.ts';
import { proposalStore } from './proposals.ts';
import { readingStore } from './reading.ts';
import { settingStore } from './settings.ts';
import { silenceStore } from './silences.ts';
import { stormStore } from './storm.ts';
import { undoOrderStore } from './undo-orders.ts';

export type Store = ReturnType<typeof createStore>;

/**
 * Everything that the stages need of the database, over one open transaction (or, for reading alone,
 * over the database itself). `enqueue` puts a step into the queue in the same transaction.
 */
export function createStore(
  sql: Sql,
  options: {
    /** That actions are stopped by something other than the database (environment, file), or null. */
    outsideStop: () => OutsideStop | null;
    enqueue: (sql: Sql, step: Step, afterS?: number) => Promise<void>;
    /** Wraps the keys that contents are sealed with. */
    vault: Vault;
  },
) {
  const journal = journalStore(sql, options.vault);
  const settings = settingStore(sql, options.outsideStop);
  return {
    ...journal,
    ...settings,
    ...auditStore(sql, options.vault),
    ...checkpointStore(sql),
    ...erasureStore(sql, options.vault, journal),
    ...rekeyStore(sql, options.vault, journal),
    ...modelCallStore(sql, options.vault),
    ...alertStore(sql),
    ...intakeStore(sql),
    ...leaseStore(sql),
    ...placingStore(sql),
    ...incidentStore(sql, journal),
    ...bulletinStore(sql),
    ...changeStore(sql),
    ...stormStore(sql),
    ...actionRecordStore(sql),
    ...limitStore(sql, journal),
    ...proposalStore(sql, options.outsideStop),
    ...planStore(sql, journal, (step) => options.enqueue(sql, step)),
    ...undoOrderStore(sql, options.outsideStop),
    ...ownActionStore(sql),
    ...silenceStore(sql),
    ...labelStore(sql),
    ...readingStore(sql, { ...journal, ...settings }),
    enqueue: (step: Step, afterS?: number) => options.enqueue(sql, step, afterS),
  };
}
