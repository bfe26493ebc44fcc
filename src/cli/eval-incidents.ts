import { readFile } from 'node:fs/promises';
import { parse } from 'node:path';
import { answerOf, diagnose } from '../enrich/diagnosis/diagnose.ts';
import { readFrozenIncident } from '../enrich/diagnosis/read/read.ts';
import { counted, firstLine, plain } from '../incident/text.ts';
import { incidentFiles } from './incident-files.ts';
import { whyOf } from './json-lines.ts';
import { openAnswers, type JudgingOptions, type Shape } from './judged-answers.ts';

const PROGRESS_EVERY = 100;

/** Diagnoses every frozen incident of a folder, one file each, in the order of their names. */
export async function evalIncidentsCommand(options: JudgingOptions & { cases: string }): Promise<void> {
  let leftOut = 0;
  const leave = (file: string, why: string) => {
    leftOut += 1;
    console.error(`${plain(file)}: left out: ${firstLine(why)}`);
  };
  const files = await incidentFiles(options.cases, leave);
  if (files.length === 0)
    throw new Error(`No .json file in ${options.cases}; each frozen incident is a file of its own.`);
  const out = await openAnswers(SHAPE, options);
  const byId = new Map<string, string>();
  for (const [index, file] of files.entries()) {
    try {
      const answer = answerOf(diagnose(await readIncidentFile(file)));
      const before = byId.get(answer.id);
      if (before === undefined) {
        byId.set(answer.id, file);
        await out.write(answer);
      } else leave(file, `incident “${plain(answer.id, 100)}” is in ${before} already`);
    } catch (error) {
      leave(file, whyOf(error));
    }
    if ((index + 1) % PROGRESS_EVERY === 0) console.error(`${index + 1} of ${files.length} incidents`);
  }
  if (byId.size === 0) throw new Error(`No file in ${options.cases} is a frozen incident.`);
  await out.close();
  console.error(`${counted(byId.size, 'incident')}, ${counted(leftOut, 'file')} left out.`);
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
    return readFrozenIncident(json, parse(file).name);
  } catch (error) {
    // Only the stack of calls is out of range here.
    if (error instanceof RangeError) throw new Error('it is nested too deeply', { cause: error });
    throw error;
  }
}
