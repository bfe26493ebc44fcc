import type { Ending, Exhausted } from './meter.ts';

/** What is known when an investigation ended without an answer. */
export type Trouble = {
  error: unknown;
  /** Host of the server and name of the model, as configured. */
  host: string;
  model: string;
  exhausted: Exhausted | null;
  timedOut: boolean;
  /** How the last answer ended; null when none came or it could not be read. */
  ending: Ending | null;
};

/**
 * Why there is no answer, in one plain sentence for the thread. It never repeats what the server said: that
 * is foreign text, and some servers repeat the key in it.
 */
export function sentenceOn(trouble: Trouble): string {
  return `${reason(trouble)}; the ranking above needs no model.`;
}

function reason({ error, host, model, exhausted, timedOut, ending }: Trouble): string {
  const at = `The model at ${host}`;
  if (exhausted === 'tokens') return `${at} came to no conclusion within its token budget`;
  if (exhausted === 'calls') return `${at} kept asking for more and came to no conclusion`;
  if (timedOut) return `${at} did not answer in time`;
  if (ending?.refused) return `${at} declined to answer`;
  if (ending?.cut) return `${at} gave an answer that was too long and was cut off`;
  const status = statusOf(error);
  if (status === 401 || status === 403) return `${at} refused the API key (${status}): check OPENAI_API_KEY`;
  if (status === 404)
    return `There is no model “${model}” at ${host}: check OPENAI_MODEL and OPENAI_BASE_URL`;
  if (status === 429) return `${at} takes no more requests for now (rate limit or quota)`;
  if (status === 413 || saysTooLong(error)) return `This incident is too long for the model at ${host}`;
  if (status !== null && status >= 500) return `${at} failed with an error of its own (${status})`;
  if (status !== null) return `${at} refused the request (${status})`;
  if (ending) return `${at} gave no answer of the required form`;
  if (causes(error).some((one) => one instanceof SyntaxError))
    return `${at} sent an answer that cannot be read`;
  // Its name is only “Error”, and its class lives in a package that is not loaded before it is needed.
  if (causes(error).some((one) => one.constructor.name === 'APIConnectionError'))
    return `${at} could not be reached`;
  return `${at} gave no usable answer`;
}

/** Whether a server refused the way in which the answer was asked for, and what it refused. */
export function refusedManner(error: unknown): 'json_schema' | 'tools' | null {
  const status = statusOf(error);
  if (status === null || ![400, 404, 422, 500, 501].includes(status)) return null;
  const said = causes(error)
    .map((one) => one.message)
    .join('\n');
  if (/response_format|json_schema|structured[ _-]?output|guided|grammar/i.test(said)) return 'json_schema';
  if (/\btools?\b|function.call/i.test(said)) return 'tools';
  return null;
}

function saysTooLong(error: unknown): boolean {
  return causes(error).some(
    (one) =>
      one.name === 'ContextOverflowError' || /context.{0,10}(length|window|size)|too long/i.test(one.message),
  );
}

function statusOf(error: unknown): number | null {
  for (const one of causes(error)) {
    if ('status' in one && typeof one.status === 'number') return one.status;
  }
  return null;
}

/** The error and what caused it, outermost first. */
function causes(error: unknown): Error[] {
  const found: Error[] = [];
  for (let one = error; one instanceof Error && found.length < 8; one = one.cause) found.push(one);
  return found;
}
