import { counted, firstLine } from '../incident/text.ts';
import { withStore } from './with-store.ts';
import { utc } from '../incident/utc.ts';

/** Lists what was kept quiet in the last 24 hours, most frequent first, with the reasons. */
export async function quietCommand(json: boolean): Promise<void> {
  await withStore(({ transaction }) =>
    transaction(async (store) => {
      const report = await store.quietLately();
      if (json) return console.log(JSON.stringify(report));
      const { total, inIncidents, quiet, unplaced } = report.alerts;
      console.log(
        `${counted(total, 'alert')} in the last 24 hours = ${inIncidents} in incidents + ${quiet} kept quiet + ${unplaced} not placed yet`,
      );
      if (quiet === 0) return console.log('Nothing was kept quiet.');
      for (const { reason, count } of report.reasons) console.log(`${String(count).padStart(6)}  ${reason}`);
      console.log('\nMost frequent first:');
      for (const rule of report.rules) {
        const name = rule.service === null ? rule.name : `${rule.name} in ${rule.service}`;
        const line = `${String(rule.count).padStart(6)}  ${name}, last ${utc(rule.lastAt)}: ${rule.why}`;
        console.log(firstLine(line, 300));
      }
      return undefined;
    }),
  );
}
