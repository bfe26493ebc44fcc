import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import type { Case, Investigation, Investigator } from '../../propose/investigator.ts';
import { runAgent, type Manner } from './agent.ts';
import { answerSchema, usableHypotheses } from './answer.ts';
import { caseInputs, shownEvidence } from './case-text.ts';
import type { ForeignTool, Lookups } from './lookups.ts';
import { openMeter, type Meter } from './meter.ts';
import { readPrompt, type Prompt } from './prompt.ts';
import { readTools } from './tools.ts';
import { refusedManner, sentenceOn } from './trouble.ts';

const PROMPT = fileURLToPath(new URL('../../../prompts/investigate.md', import.meta.url));
const DEFAULT_BASE_URL = 'https://api.openai.com/v1';
/** Room for an answer; models that think aloud count their thoughts here. */
const OUTPUT_TOKENS = 4000;

export type InvestigatorOptions = {
  apiKey: string;
  /** Of any OpenAI-compatible server, with `/v1` where it has one. Absent: OpenAI's own. */
  baseUrl?: string | undefined;
  model: string;
  lookups: Lookups;
  /** How long a whole investigation may take. */
  timeoutMs: number;
  log: Pick<Logger, 'warn'>;
};

/**
 * An investigator that asks a model on an OpenAI-compatible server. Nothing is imported, read or sent before
 * the first investigation. What a model says ends as hypotheses or is thrown away; it can do nothing else.
 */
export function openInvestigator(options: InvestigatorOptions): Investigator {
  const { apiKey, model, log } = options;
  const baseUrl = options.baseUrl ?? DEFAULT_BASE_URL;
  // What this server was found not to know is not asked of it again before a restart.
  let manner: Manner = { answer: 'json_schema', tools: true };

  async function ask(
    case_: Case,
    prompt: Prompt,
    meter: Meter,
    foreign: ForeignTool[],
    signal: AbortSignal,
  ): Promise<unknown> {
    for (;;) {
      try {
        return await runAgent({
          server: { apiKey, baseUrl, model },
          prompt,
          question: prompt.ask(caseInputs(case_)),
          tools: [...readTools(case_, options.lookups), ...foreign],
          manner,
          meter,
          outputTokens: OUTPUT_TOKENS,
          signal,
        });
      } catch (error) {
        const easier = easierManner(manner, error);
        if (!easier) throw error;
        log.warn(
          { model, easier },
          'The model server refuses a way of asking; another one is used from now on',
        );
        manner = easier;
      }
    }
  }

  return {
    async investigate(case_, { tokens, calls }): Promise<Investigation> {
      const ended = new AbortController();
      const timeout = AbortSignal.timeout(options.timeoutMs);
      const limits = { tokens, calls, outputTokens: OUTPUT_TOKENS };
      const meter = openMeter({ model, limits, onExhausted: () => ended.abort() });
      const notes: string[] = [];
      try {
        const offered = await options.lookups.mcp?.offered();
        notes.push(...(offered?.notes ?? []));
        const prompt = await readPrompt(PROMPT);
        meter.head(`prompt ${prompt.id} version ${prompt.version}, sha256 ${prompt.sha256}`);
        const answer = answerSchema.parse(
          await ask(case_, prompt, meter, offered?.tools ?? [], AbortSignal.any([ended.signal, timeout])),
        );
        const hypotheses = usableHypotheses(
          answer,
          new Set(shownEvidence(case_.evidence).map(({ id }) => id)),
        );
        if (hypotheses.length > 0) return { outcome: 'answered', hypotheses, notes, calls: meter.calls() };
        return {
          outcome: 'nothing',
          why: answer.hypotheses.length === 0 ? NO_CAUSE : NO_CITATION,
          notes,
          calls: meter.calls(),
        };
      } catch (error) {
        // The name only: some servers repeat the key in what they say.
        log.warn(
          { model, error: error instanceof Error ? error.name : typeof error },
          'The model gave nothing usable',
        );
        const host = URL.parse(baseUrl)?.host ?? 'the configured address';
        const facts = {
          error,
          host,
          model,
          exhausted: meter.exhausted(),
          timedOut: timeout.aborted,
          ending: meter.ending(),
        };
        return { outcome: 'nothing', why: sentenceOn(facts), notes, calls: meter.calls() };
      }
    },
  };
}

const NO_CAUSE = 'The model sees no cause in this evidence; the ranking above needs no model.';
const NO_CITATION =
  'What the model suggested rests on no evidence of this incident and was discarded; the ranking above needs no model.';

/** The next way of asking after one was refused; null when that was not the reason or nothing is left to try. */
function easierManner(manner: Manner, error: unknown): Manner | null {
  const refused = refusedManner(error);
  if (refused === 'json_schema' && manner.answer === 'json_schema' && manner.tools)
    return { answer: 'tool', tools: true };
  if (refused === 'tools' && manner.answer === 'json_schema' && manner.tools)
    return { answer: 'json_schema', tools: false };
  return null;
}
