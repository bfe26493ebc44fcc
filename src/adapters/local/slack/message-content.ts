import { assignIds } from './assign-ids.ts';
import type { BlockProblem } from './block-kit-checks.ts';
import { countTextCharacters, findBlockProblems, MESSAGE_BLOCK_CHARACTERS } from './block-kit-limits.ts';
import { readJson, refuse } from './method.ts';
import { isJsonObject, type Block, type JsonObject } from './types.ts';

export interface MessageContent {
  text?: string;
  blocks?: Block[];
  metadata?: JsonObject;
}

/**
 * Reads text, blocks and metadata of a message and checks them against Slack's limits.
 * Returns the refusal to answer with where Slack would refuse.
 */
export function readMessageContent(
  args: JsonObject,
  newId: (prefix: string) => string,
  textLimit = 40_000,
): { content: MessageContent } | { refusal: JsonObject } {
  const text = args['text'] ?? args['markdown_text'];
  if (text !== undefined && typeof text !== 'string') return { refusal: refuse('invalid_arguments') };
  if (text !== undefined && text.length > textLimit) return { refusal: refuse('msg_too_long') };

  const blocks = readJson(args['blocks']);
  if (blocks !== undefined && !Array.isArray(blocks)) return { refusal: refuse('invalid_blocks_format') };
  const problems = blocks === undefined ? [] : findBlockProblems(blocks, 'message');
  if (problems.length > 0) return { refusal: refuse('invalid_blocks', problemDetails(problems)) };
  if (countTextCharacters(blocks) > MESSAGE_BLOCK_CHARACTERS)
    return { refusal: refuse('msg_blocks_too_long') };

  const metadata = readJson(args['metadata']);
  if (metadata !== undefined && !isMetadata(metadata)) return { refusal: refuse('invalid_metadata_format') };
  return {
    content: {
      ...(text === undefined ? {} : { text }),
      ...(blocks === undefined ? {} : { blocks: assignIds(blocks as Block[], () => newId('')) }),
      ...(metadata === undefined ? {} : { metadata }),
    },
  };
}

/** The fields in which Slack explains what is wrong with blocks. */
export function problemDetails(problems: readonly BlockProblem[]): JsonObject {
  const errors = problems.map(({ message, pointer }) => `${message} [json-pointer:${pointer}]`);
  return { errors, response_metadata: { messages: errors.map((error) => `[ERROR] ${error}`) } };
}

function isMetadata(value: unknown): value is JsonObject {
  if (!isJsonObject(value)) return false;
  const empty = Object.keys(value).length === 0;
  return empty || (typeof value['event_type'] === 'string' && isJsonObject(value['event_payload']));
}
