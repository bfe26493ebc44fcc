import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { answerOf, diagnose } from '../enrich/diagnosis/diagnose.ts';
import { readFrozenIncident } from '../enrich/diagnosis/read/read.ts';
import { counted, firstLine } from '../incident/text.ts';
import { whyOf } from './json-lines.ts';
import { openAnswers, type JudgingOptions, type Shape } from './judged-answers.ts';

const PROGRESS_EVERY = 100;

/** Diagnoses every frozen incident of a folder, one file each, in the order of their names. */
export async function evalIncidentsCommand(options: JudgingOptions & { cases: string }): Promise<void> {
  const files = (await readdir(options.cases, { recursive: true }))
    .filter((name) => name.endsWith('.json'))
    .sort();
  if (files.length === 0)
    throw new Error(`No .json file in ${options.cases}; each frozen incident is a file of its own.`);
  const out = await openAnswers(SHAPE, options);
  let malformed = 0;
  for (const [index, name] of files.entries()) {
    const file = join(options.cases, name);
    try {
      await out.write(answerOf(diagnose(await readIncidentFile(file))));
    } catch (error) {
      malformed += 1;
      console.error(`${file}: left out: ${firstLine(whyOf(error))}`);
    }
    if ((index + 1) % PROGRESS_EVERY === 0) console.error(`${index + 1} of ${files.length} incidents`);
  }
  await out.close();
  console.error(
    `${counted(files.length - malformed, 'incident')}, ${counted(malformed, 'malformed file')} left out.`,
  );
}

const SHAPE: Shape<ReturnType<typeof answerOf>> = {
  name: 'Incidents',
  id: (answer) => answer.id,
  first: (answer) => answer.root_cause_commit,
};

/** Throws what the file system says, or why the file is no frozen incident. */
export async function readIncidentFile(file: string) {
  const json: unknown = JSON.parse(await readFile(file, 'utf8'));
  try {
    return readFrozenIncident(json, basename(file, '.json'));
  } catch (error) {
    // Only the stack of calls is out of range here.
    if (error instanceof RangeError) throw new Error('it is nested too deeply', { cause: error });
    throw error;
  }
}
