import { OpenAI } from 'openai';
import { z } from 'zod';
import { maskSecrets } from '../../incident/secrets.ts';

/** Turns texts into vectors, in order; all have one length. */
export type Embed = (texts: readonly string[]) => Promise<number[][]>;

/** Texts of one request; servers take more, but a lost request then costs more too. */
export const EMBEDDED_AT_ONCE = 64;
/** Beyond this, models cut the text off or refuse it. */
const MOST_LETTERS = 6000;

const answerSchema = z.object({
  data: z.array(z.object({ index: z.int().min(0), embedding: z.array(z.number()).min(1) })),
});

/**
 * The embeddings of OpenAI or of any server that speaks its language. Rejects after `timeoutMs`, or with a
 * sentence that says what is wrong with the answer; whoever calls decides whether to try again.
 */
export function openEmbeddings(options: {
  apiKey: string;
  baseUrl: string | undefined;
  model: string;
  timeoutMs: number;
}): Embed {
  const { apiKey, baseUrl, model, timeoutMs } = options;
  const client = new OpenAI({ apiKey, baseURL: baseUrl ?? null, maxRetries: 0, timeout: timeoutMs });
  return async (texts) => {
    const answer = await client.embeddings.create({
      model,
      input: texts.map((text) => maskSecrets(text.slice(0, MOST_LETTERS)).trim() || '-'),
      // Left to itself the client asks for base64, and a server that answers in floats all the same is
      // decoded to vectors of wrong length without a word.
      encoding_format: 'float',
    });
    const parsed = answerSchema.safeParse(answer);
    if (!parsed.success)
      throw new Error(`The embedding server answered in another form than ${model} should.`);
    const vectors = parsed.data.data.toSorted((a, b) => a.index - b.index).map(({ embedding }) => embedding);
    const length = vectors[0]?.length ?? 0;
    if (vectors.length !== texts.length || vectors.some((vector) => vector.length !== length)) {
      throw new Error(
        `The embedding server gave ${vectors.length} vectors for ${texts.length} texts, or vectors of unlike length. ` +
          'Check OPENAI_EMBEDDING_MODEL and the server.',
      );
    }
    return vectors;
  };
}
