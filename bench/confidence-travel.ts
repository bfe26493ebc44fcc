/**
 * How far the confidence of runbooks travels: each organisation is judged by a model fitted on the others, as it
 * is and with 20 and 100 labels of its own. Each folder holds corpus/, queries.jsonl and truth.jsonl.
 *   npx node bench/confidence-travel.ts ORGANISATION_FOLDER…
 */
import { memoryIndex } from '../src/enrich/retrieval/memory-index.ts';
import { retrieve } from '../src/enrich/retrieval/retrieve.ts';
import { fitConfidence, leaveOneGroupOut, type Example } from '../src/learn/fit.ts';
import { printWithLabels } from './confidence/with-labels.ts';
import { readOrganisation } from './runbooks/organisation.ts';

const examples: Example[] = [];
for (const folder of process.argv.slice(2)) {
  const { name, documents, asked } = await readOrganisation(folder);
  const index = memoryIndex(documents);
  for (const { id, question, right } of asked) {
    if (!id.endsWith('#noname')) continue;
    const { features, ranked } = await retrieve(index, question, 20);
    examples.push({ features, right: right.includes(ranked[0]?.document.path ?? ''), group: name });
  }
}
const apart = leaveOneGroupOut(examples);
const names = [...new Set(examples.map(({ group }) => group))];
printWithLabels(names.map((name) => ({ name, rows: apart.filter(({ group }) => group === name) })));
printWithLabels([{ name: 'all of them', rows: apart }]);
console.log(JSON.stringify(fitConfidence(examples)));
