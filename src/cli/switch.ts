import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { homeOf, readConfig } from '../config.ts';
import { claiming } from '../incident/person.ts';
import { plain, messageOf } from '../incident/text.ts';
import { parseUndoLast } from '../incident/undo-order.ts';
import { removeStopFile, writeStopFile } from '../main/stop-file.ts';
import { askSitrep } from './ask-sitrep.ts';
import { author } from './author.ts';
import { pullAlone, resumeInDatabase, stoppedInDatabase, stopInDatabase } from './switch-in-database.ts';

export type StopOptions = { undoLast?: string; as?: string };

/**
 * Stops all actions. The file holds at once and without a database, for every process with this SITREP_HOME. Then the
 * running Sitrep is told, or the PostgreSQL server, so that it holds for all replicas and what has begun is offered to be
 * undone. The file names the order before it is made: it lets nothing pass until then. Nothing that is missing or wrong in
 * the settings or in what was typed keeps any of this from being tried, and whatever did not go well is said and ends in 1.
 */
export async function stopCommand(reason: string, { undoLast, as }: StopOptions): Promise<void> {
  const why = plain(reason, 300);
  const databaseUrl = process.env['DATABASE_URL'] || undefined;
  const undoLastS = undoLast === undefined ? null : parseUndoLast(undoLast);
  const order = randomUUID();
  const by = as === undefined ? author() : claiming(author(), plain(as, 50));
  const problems: string[] = [];
  const home = homeOf(process.env, process.cwd());
  const held = holdHere(home, why || 'stopped from the command line', undoLastS === null ? null : order, by);
  if (held.file !== null) console.log(`Stopped: ${held.file} holds for every process with this SITREP_HOME.`);
  else problems.push(`The file that stops this SITREP_HOME cannot be written (${held.why}).`);
  if (undoLast !== undefined && undoLastS === null)
    problems.push(`“${undoLast}” is no time, so nothing is offered to be undone. Write --undo-last 15m.`);

  const { text, whyNot } = await tell({ why, undoLastS, order }, as, databaseUrl !== undefined);
  if (text !== null) console.log(held.file === null ? text : `${text} “sitrep resume” removes the file.`);
  else {
    const untold = `Nothing is offered to be undone: ${whyNot.join('; ')}.`;
    // How the switch stands after all else has failed; null where it could not be reached either.
    const alone =
      databaseUrl === undefined ? null : await pullAlone(databaseUrl, by, why, order).catch(() => null);
    if (alone === 'stood')
      console.log(
        'All is stopped by this order: Sitrep took it and had not answered yet. What has begun and can be undone is offered in the threads of its incidents.',
      );
    else if (alone === 'pulled')
      problems.push(
        `All is stopped for every host on this database, but this command could not put it on record. ${untold} Run it again once that is mended.`,
      );
    else if (held.file === null)
      problems.push(`Nothing is stopped. ${untold} Set SITREP_STOP=1 and restart Sitrep.`);
    else if (databaseUrl !== undefined)
      problems.push(`${untold} All is stopped here; for other hosts run it again once the database answers.`);
    else if (undoLastS === null)
      console.error(`${untold} Run it again with --as YOUR-NAME and SITREP_KEY to have that.`);
    else
      problems.push(
        `${untold} All is stopped, and no undo may pass. Run it again with --as YOUR-NAME and SITREP_KEY while Sitrep runs; or say “/sitrep stop undo ${undoLast}” in Slack, and then run “sitrep resume” here: the stop in Slack goes on.`,
      );
  }
  if (problems.length > 0) throw new Error(problems.join(' '));
}

function holdHere(
  ...asked: Parameters<typeof writeStopFile>
): { file: string } | { file: null; why: string } {
  try {
    return { file: writeStopFile(...asked) };
  } catch (error) {
    return { file: null, why: messageOf(error) };
  }
}

/** Lifts the file; the switch in the database only for a listed approver who shows their key. */
export async function resumeCommand({ as }: { as?: string }): Promise<void> {
  const { home, databaseUrl, stop } = readConfig(process.env, process.cwd());
  removeStopFile(home);
  if (stop) console.log('The file is gone, but SITREP_STOP=1 still stops all actions; unset it and restart.');
  if (as !== undefined) return resumeAs(as, databaseUrl !== undefined);
  const why = databaseUrl === undefined ? null : await onServer(stoppedInDatabase);
  if (why !== null)
    throw new Error(
      `The file is gone. The switch in the database stays on (${why}): only a listed approver lifts it. Run it again with --as YOUR-NAME and SITREP_KEY, or say “/sitrep resume” in Slack.`,
    );
  if (databaseUrl !== undefined) console.log('The switch in the database is off.');
  if (!stop)
    console.log(
      'Actions are allowed again, unless they were stopped in Slack: “/sitrep resume” undoes that, or --as YOUR-NAME with SITREP_KEY. Each still needs its approval.',
    );
  return undefined;
}

/** Through the running Sitrep; where none answers here, on the server. Both know people by their keys alone. */
async function resumeAs(as: string, hasServer: boolean): Promise<void> {
  let answer: Answer;
  try {
    answer = answerIn(await askSitrep({ do: 'resume', as }));
  } catch (error) {
    if (!hasServer)
      throw new Error(
        `The file is gone. What was stopped in Sitrep itself, if it was, stays stopped: ${messageOf(error)}`,
        { cause: error },
      );
    await onServer(() => resumeInDatabase(as, process.env['SITREP_KEY'] ?? ''));
    return console.log('The switch in the database is off.');
  }
  if (!answer.ok) throw new Error(`The file is gone. The stop in Sitrep itself goes on: ${answer.text}`);
  return console.log(answer.text);
}

/** Says what is done and what is not, where the server is away or refuses. */
async function onServer<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const why = messageOf(error).replace(/\.$/, '');
    throw new Error(
      `The file is gone. The switch in the database was not lifted, and where it is on it stays on: ${why}. Run “sitrep resume” again once that is mended.`,
      { cause: error },
    );
  }
}

const answerSchema = z.object({ ok: z.boolean(), text: z.string() });
type Answer = z.infer<typeof answerSchema>;

/** What listens there may be something else, which has stopped nothing. */
function answerIn(said: unknown): Answer {
  const parsed = answerSchema.safeParse(said);
  if (!parsed.success) throw new Error('what answers at PORT is no Sitrep');
  return parsed.data;
}

type Asked = { why: string; undoLastS: number | null; order: string };

/** Has the switch pulled where the orders stand. What it was told, or why nobody could be told. */
async function tell(
  asked: Asked,
  as: string | undefined,
  hasServer: boolean,
): Promise<{ text: string | null; whyNot: string[] }> {
  const whyNot: string[] = [];
  const attempt = async (work: () => Promise<string>): Promise<string | null> => {
    try {
      return await work();
    } catch (error) {
      whyNot.push(messageOf(error).replace(/\.$/, ''));
      return null;
    }
  };
  if (as === undefined && !hasServer) whyNot.push('--as is missing, which says who asks');
  let text: string | null = null;
  if (as !== undefined)
    text = await attempt(async () => answerIn(await askSitrep({ do: 'stop', as, ...asked })).text);
  if (text === null && hasServer) text = await attempt(() => stopInDatabase(asked, as ?? null));
  return { text, whyNot };
}
