import type { Json } from '../../incident/canonical.ts';
import type { Risk } from '../../incident/action.ts';

export type McpArguments = Record<string, Json>;

/** One call of a tool that writes, with arguments that fit the schema which a person has pinned. */
export type McpCall = {
  /** Changes with what the server shows of the tool, and with every change of its configuration. */
  definition: string;
  risk: Risk;
  reversible: boolean;
  /** Whether calling it twice does no harm. */
  repeatable: boolean;
  /** The services that it may be called for; null for all. */
  services: string[] | null;
  inverse: { tool: string; arguments: McpArguments } | null;
  /** Whether what the call is for is the case, and what was seen; null where no read-back is configured. */
  look: (() => Promise<{ asWanted: boolean; seen: string }>) | null;
  /** Calls it once, with the key as idempotency key in `_meta`. Rejects with a `WriteFailure`. */
  send(key: string): Promise<void>;
};

/** As `McpServers`, with nothing that could call. */
export interface McpReader {
  prepare(
    server: string,
    tool: string,
    given: McpArguments,
  ): Promise<Omit<McpCall, 'send'> | { mistake: string }>;
}

export interface McpServers extends McpReader {
  /**
   * Looks at the tool as its server shows it now. Nothing is called. Resolves to why there is no such call: it is
   * not configured, it differs from its pin, or the arguments do not fit. Rejects where the server cannot be asked.
   */
  prepare(server: string, tool: string, given: McpArguments): Promise<McpCall | { mistake: string }>;
}
