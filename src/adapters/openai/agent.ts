import type { BaseMessage } from '@langchain/core/messages';
import type { ForeignTool } from './lookups.ts';
import type { Meter } from './meter.ts';
import type { Prompt } from './prompt.ts';
import { retryOnce } from './retry.ts';
import type { ReadTool } from './tools.ts';

/**
 * How the answer is asked for, from what works best to what more servers can do: by `json_schema` as response
 * format, or as the arguments of a tool; and without any other tools for models that cannot call them.
 */
export type Manner = { answer: 'json_schema' | 'tool'; tools: boolean };

/** The model answered, but not in the form that was asked for. */
class InvalidAnswer extends Error {
  override name = 'InvalidAnswer';
}

/** More than this helps nobody; a hostile model may ask for thousands at once. */
const MOST_LOOKUPS = 10;

const REPAIR =
  'That answer does not have the required form. Answer once more, with nothing but the object “hypotheses” as it was described.';
const CONCLUDE = 'There is no room for further looks. Give your answer now, from what you know.';

/**
 * Lets the model look things up until it answers, and resolves to its answer as it came, not yet checked.
 * langchain is imported here, on first use, because it costs over a second that a bot without a model must
 * not pay. Rejects with what the client or langchain throw, and when the signal aborts.
 */
export async function runAgent(options: {
  server: { apiKey: string; baseUrl: string; model: string };
  prompt: Prompt;
  question: string;
  tools: (ReadTool | ForeignTool)[];
  manner: Manner;
  meter: Meter;
  outputTokens: number;
  signal: AbortSignal;
}): Promise<unknown> {
  const { server, prompt, manner, meter, signal } = options;
  turnTracingOff();
  const [langchain, { ChatOpenAI }] = await Promise.all([import('langchain'), import('@langchain/openai')]);
  const {
    AIMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
    createAgent,
    createMiddleware,
    ToolStrategy,
    providerStrategy,
    tool,
  } = langchain;
  signal.throwIfAborted();

  let lookups = 0;
  let repaired = false;

  const steering = createMiddleware({
    name: 'Steering',
    async wrapModelCall(request, handler) {
      const conclude = meter.mustConclude();
      const messages: BaseMessage[] = conclude
        ? [...request.messages, new HumanMessage(CONCLUDE)]
        : request.messages;
      const tools = conclude ? [] : request.tools;
      // Some servers refuse the setting when there is nothing that it could apply to.
      const modelSettings =
        tools.length > 0 || manner.answer === 'tool' ? { parallel_tool_calls: false } : {};
      const asked = { ...request, messages, tools, modelSettings };
      try {
        const response = await handler(asked);
        if (!isProse(response)) return response;
        throw new InvalidAnswer('prose instead of an answer');
      } catch (error) {
        const said = isInvalid(error) ? whatItSaid() : null;
        if (repaired || said === null) throw error;
        repaired = true;
        return await handler({
          ...asked,
          messages: [...messages, new AIMessage(said), new HumanMessage(REPAIR)],
        });
      }
    },
    async wrapToolCall(request, handler) {
      const { id = '', name } = request.toolCall;
      const say = (content: string) => new ToolMessage({ content, tool_call_id: id, name });
      lookups += 1;
      if (lookups > MOST_LOOKUPS) return say('No further looks are possible. Answer now.');
      try {
        return await handler(request);
      } catch {
        // langchain's own text would carry a stack trace to the model.
        return say('The arguments do not fit the tool.');
      }
    },
  });

  /** A last message without any tool call where the answer should have been the arguments of one. */
  function isProse(response: unknown): boolean {
    return (
      manner.answer === 'tool' && AIMessage.isInstance(response) && (response.tool_calls ?? []).length === 0
    );
  }

  function isInvalid(error: unknown): boolean {
    // The client reads the answer as JSON itself where a schema was asked for, hence the SyntaxError.
    return [langchain.StructuredOutputParsingError, InvalidAnswer, SyntaxError].some(
      (kind) => error instanceof kind,
    );
  }

  /** The text of a complete answer; null where asking once more would only repeat what happened. */
  function whatItSaid(): string | null {
    const ending = meter.ending();
    return ending && !ending.refused && !ending.cut && ending.text.trim() !== '' ? ending.text : null;
  }

  const agent = createAgent({
    model: new ChatOpenAI({
      model: server.model,
      apiKey: server.apiKey,
      useResponsesApi: false,
      maxTokens: options.outputTokens,
      maxRetries: 0,
      configuration: { baseURL: server.baseUrl, fetch: retryOnce(meter.fetch) },
    }),
    tools: manner.tools
      ? options.tools.map((one) =>
          tool((args) => one.run(args), { name: one.name, description: one.description, schema: one.schema }),
        )
      : [],
    responseFormat:
      manner.answer === 'json_schema'
        ? providerStrategy({ schema: prompt.answer, strict: false })
        : ToolStrategy.fromSchema(prompt.answer, {
            handleError: (error) => {
              if (repaired) throw error;
              repaired = true;
              return REPAIR;
            },
          }),
    middleware: [steering],
  });
  const { structuredResponse } = await agent.invoke(
    // As a message of its own, because langchain sends its `systemPrompt` in a form that some servers refuse.
    { messages: [new SystemMessage(prompt.instructions), new HumanMessage(options.question)] },
    // The meter counts requests; this only bounds the graph's own steps, of which a round has several.
    { signal, recursionLimit: 50 },
  );
  return structuredResponse;
}

/**
 * langchain sends whole conversations to a tracing service when one of these is set, past the masking, the
 * budget and the configured server. Nothing leaves this process but to hosts that Sitrep was given.
 */
function turnTracingOff(): void {
  for (const name of [
    'LANGSMITH_TRACING_V2',
    'LANGCHAIN_TRACING_V2',
    'LANGSMITH_TRACING',
    'LANGCHAIN_TRACING',
  ]) {
    delete process.env[name];
  }
}
