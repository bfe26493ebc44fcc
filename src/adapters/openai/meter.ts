import { z } from 'zod';
import type { ModelCall } from '../../propose/investigator.ts';
import { maskSecrets } from '../../incident/secrets.ts';

/** What an investigation may cost. Tokens count prompt and answer together. */
export type Limits = { tokens: number; calls: number; outputTokens: number };

/** Why the meter let no further request through. */
export type Exhausted = 'tokens' | 'calls';

/** How the last answer ended, as far as it could be read. */
export type Ending = { text: string; refused: boolean; cut: boolean };

export type Meter = {
  /** Takes the place of `fetch` for the model's client. */
  fetch: typeof fetch;
  /** Sets what precedes each recorded prompt: which prompt file it was made from. */
  head(text: string): void;
  /** Every request that was sent, also those that failed, in order. */
  calls(): ModelCall[];
  /** Set once a request was held back. */
  exhausted(): Exhausted | null;
  /** Whether the limits leave no room for another round after the next one. */
  mustConclude(): boolean;
  /** The ending of the last answer; null when none came or it could not be read. */
  ending(): Ending | null;
};

/** An answer is a few kilobytes; more is a mistake or an attack on our memory. */
const LARGEST_ANSWER = 2_000_000;

const usageSchema = z.object({ usage: z.object({ total_tokens: z.int().positive() }) });
const requestSchema = z.looseObject({
  messages: z.unknown().optional(),
  tools: z.array(z.object({ function: z.object({ name: z.string() }) })).optional(),
});
const lookupsSchema = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({
          tool_calls: z
            .array(z.object({ function: z.object({ name: z.string(), arguments: z.string() }) }))
            .nullish(),
        }),
      }),
    )
    .min(1),
});
const endingSchema = z.object({
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }),
      }),
    )
    .min(1),
});

/**
 * Stands between the model's client and the network, where nothing can pass it by: masks secrets in what is
 * sent, holds back what the limits do not allow, follows no redirect with our key, and records each request
 * as it went out. `onExhausted` is told when a request is held back.
 */
export function openMeter(options: { model: string; limits: Limits; onExhausted: () => void }): Meter {
  const { limits } = options;
  const calls: ModelCall[] = [];
  let exhausted: Exhausted | null = null;
  let ending: Ending | null = null;
  let largest = 0;
  let heading = '';

  const used = () => calls.reduce((sum, call) => sum + call.tokens, 0);

  async function send(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
    const body = masked(String(init?.body ?? ''));
    const estimate = tokensIn(body) + limits.outputTokens;
    exhausted ??=
      calls.length >= limits.calls ? 'calls' : used() + estimate > limits.tokens ? 'tokens' : null;
    if (exhausted !== null) {
      options.onExhausted();
      throw new Error(`The limit of ${exhausted} is reached.`);
    }
    // Counted in full until an answer says otherwise: a request that is cut off may have been paid for.
    const call: ModelCall = {
      model: options.model,
      tokens: estimate,
      prompt: `${heading}\n${body}`,
      answer: '(no answer)',
      parameters: parametersOf(body),
      lookups: [],
    };
    calls.push(call);
    ending = null;
    largest = Math.max(largest, estimate);
    const response = await fetch(input, { ...init, body, redirect: 'error' });
    const text = await bounded(response);
    call.answer = response.ok ? text : `HTTP ${response.status}\n${text}`;
    call.tokens = response.ok ? (usageOf(text) ?? tokensIn(body) + tokensIn(text)) : 0;
    call.lookups = response.ok ? lookupsOf(text) : [];
    ending = response.ok ? endingOf(text) : null;
    const headers = new Headers(response.headers);
    // The text is decoded and whole by now.
    for (const name of ['content-encoding', 'content-length', 'transfer-encoding']) headers.delete(name);
    return new Response(text, { status: response.status, statusText: response.statusText, headers });
  }

  return {
    fetch: send,
    head: (text) => void (heading = text),
    calls: () => calls.map((call) => ({ ...call })),
    exhausted: () => exhausted,
    // A further round repeats the conversation so far and adds what a tool said, hence the margin.
    mustConclude: () =>
      calls.length >= limits.calls - 2 ||
      limits.tokens - used() < 2.5 * Math.max(largest, limits.outputTokens),
    ending: () => ending,
  };
}

/** Masks each string of a JSON text by itself, so that the result is JSON again. */
function masked(body: string): string {
  return JSON.stringify(
    JSON.parse(body, (_, value: unknown) => (typeof value === 'string' ? maskSecrets(value) : value)),
  );
}

async function bounded(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > LARGEST_ANSWER) throw new Error('The answer is too long.');
  }
  return text + decoder.decode();
}

/** A cautious estimate where no count is to be had: most texts have more than three characters to a token. */
function tokensIn(text: string): number {
  return Math.ceil(text.length / 3);
}

function usageOf(text: string): number | null {
  return usageSchema.safeParse(parsed(text)).data?.usage.total_tokens ?? null;
}

function endingOf(text: string): Ending | null {
  const [choice] = endingSchema.safeParse(parsed(text)).data?.choices ?? [];
  if (!choice) return null;
  return {
    text: choice.message.content ?? '',
    refused: Boolean(choice.message.refusal) || choice.finish_reason === 'content_filter',
    cut: choice.finish_reason === 'length',
  };
}

/** What was asked for besides the conversation itself; of tools their names, as the rest is our own text. */
function parametersOf(body: string): Record<string, unknown> {
  const { messages: _, tools, ...parameters } = requestSchema.safeParse(parsed(body)).data ?? {};
  return tools ? { ...parameters, tools: tools.map((tool) => tool.function.name) } : parameters;
}

function lookupsOf(text: string): ModelCall['lookups'] {
  const [choice] = lookupsSchema.safeParse(parsed(text)).data?.choices ?? [];
  return (choice?.message.tool_calls ?? []).map((one) => ({
    tool: one.function.name,
    arguments: one.function.arguments,
  }));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
