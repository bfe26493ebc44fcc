import { ANSWER_NAMES } from '../incident/answer.ts';
import { LABELS_FOR_A_NUMBER, recalibratedRows } from '../learn/confidence.ts';
import { reliabilityTable } from '../learn/reliability.ts';
import { withStore } from './with-store.ts';

/**
 * Prints, for each kind of answer, what was said against what people and verifications said of it: as
 * shipped, and as this workspace's labels correct it. The second is fitted on the same labels, and says so.
 */
export async function evalConfidenceCommand(): Promise<void> {
  await withStore(({ transaction }) =>
    transaction(async (store) => {
      for (const kind of ['runbook', 'culprit', 'incident', 'fix'] as const) {
        const name = capital(ANSWER_NAMES[kind]);
        const labels = await store.labelled(kind);
        const shipped = labels.map(({ shipped: probability, right }) => ({ probability, right }));
        console.log(reliabilityTable(`${name}, as shipped`, shipped));
        const learnt = await store.learnt(kind);
        if (learnt && learnt.labels >= LABELS_FOR_A_NUMBER) {
          const title = `${name}, corrected by ${learnt.labels} labels (fitted on these)`;
          console.log(reliabilityTable(title, recalibratedRows(learnt)));
        }
      }
    }),
  );
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
