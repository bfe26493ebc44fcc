import { answerOf, diagnose } from '../enrich/diagnosis/diagnose.ts';
import { firstLine } from '../incident/text.ts';
import { readIncidentFile } from './eval-incidents.ts';
import { whyOf } from './json-lines.ts';
import { toldDiagnosis } from './tell-diagnosis.ts';

/** Prints what Sitrep would have said of one frozen incident; with `json` the answer alone. */
export async function replayCommand(file: string, json: boolean): Promise<void> {
  const incident = await readIncidentFile(file).catch((error: unknown) => {
    throw new Error(`${file} is no frozen incident: ${firstLine(whyOf(error))}`, { cause: error });
  });
  const diagnosis = diagnose(incident);
  console.log(
    json ? JSON.stringify(answerOf(diagnosis), null, 2) : toldDiagnosis(incident, diagnosis).join('\n'),
  );
}
