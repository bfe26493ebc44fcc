import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import type { McpArguments } from '../../act/world/mcp.ts';
import { pinned, toolsPageSchema, type Definition } from './definition.ts';
import { McpFailure } from './error.ts';
import { resultSchema, type ToolResult } from './result.ts';

const MOST_PAGES = 10;
/** Where servers look for what belongs to a call but is no argument of the tool. */
const IDEMPOTENCY_KEY = 'sitrep/idempotency-key';

/** A connection to one server, for as long as one piece of work takes. */
export type Visit = {
  /** All tools, as the server shows them now. */
  tools(): Promise<Definition[]>;
  /**
   * Calls a tool if it is the pinned one. Where the server announces a change in the meantime, it is looked at again,
   * before the call and after it. Rejects with an `McpFailure`.
   */
  call(tool: { name: string; pin: string }, given: McpArguments, key?: string): Promise<ToolResult>;
};

/**
 * Connects, works and disconnects. A connection of its own for each piece of work costs a second, and leaves nothing
 * that could change behind our back, hang, or need to be watched.
 */
export async function visit<T>(
  server: string,
  transport: Transport,
  limits: { timeoutMs: number; until?: AbortSignal | undefined },
  work: (visit: Visit) => Promise<T>,
): Promise<T> {
  const client = new Client({ name: 'sitrep', version: '1' });
  const signal = AbortSignal.any([
    AbortSignal.timeout(limits.timeoutMs),
    ...(limits.until ? [limits.until] : []),
  ]);
  // The SDK's own timeout starts anew with each request, this one counts all of them.
  const within = { signal, timeout: limits.timeoutMs };
  let changed = false;
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => {
    changed = true;
  });
  // What the transport could not read fails the request that waits for it.
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => {});
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the SDK has no other way
  client.onerror = (error) => broken.reject(error);
  const asked = async <R>(outcome: 'refused' | 'unknown', answer: Promise<R>): Promise<R> => {
    try {
      return await Promise.race([answer, broken.promise]);
    } catch (error) {
      answer.catch(() => {});
      throw new McpFailure(outcome, server, signal.aborted ? new Error('it took too long') : error);
    }
  };

  async function tools(): Promise<Definition[]> {
    changed = false;
    const found: Definition[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const params = cursor === undefined ? {} : { cursor };
      const answer = await asked(
        'refused',
        client.request({ method: 'tools/list', params }, toolsPageSchema, within),
      );
      found.push(...answer.tools);
      cursor = answer.nextCursor;
      if (cursor === undefined) return found;
    }
    throw new McpFailure('refused', server, new Error('it does not come to the end of its tools'));
  }

  async function assertPinned(outcome: 'refused' | 'unknown', tool: { name: string; pin: string }) {
    const look = pinned(await tools(), tool);
    if ('blocked' in look) throw new McpFailure(outcome, server, new Error(`${tool.name}: ${look.blocked}`));
  }

  try {
    await asked('refused', client.connect(transport, within));
    return await work({
      tools,
      async call(tool, given, key) {
        do await assertPinned('refused', tool);
        while (changed);
        const params = {
          name: tool.name,
          arguments: given,
          ...(key === undefined ? {} : { _meta: { [IDEMPOTENCY_KEY]: key } }),
        };
        const result = await asked(
          'unknown',
          client.request({ method: 'tools/call', params }, resultSchema, within),
        );
        if (changed) await assertPinned('unknown', tool);
        return result;
      },
    });
  } finally {
    await client.close().catch(() => {});
  }
}
