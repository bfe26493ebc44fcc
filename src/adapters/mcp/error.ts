import { firstLine, messageOf } from '../../incident/text.ts';
import { maskSecrets } from '../../incident/secrets.ts';

/** A server that could not be asked, or did not answer. `refused`: no tool was called. */
export class McpFailure extends Error {
  override name = 'McpFailure';
  readonly outcome: 'refused' | 'unknown';

  constructor(outcome: 'refused' | 'unknown', server: string, cause: unknown) {
    super(`The MCP server “${server}” failed: ${saidBy(cause)}`, { cause });
    this.outcome = outcome;
  }
}

/** What a server, or the way to it, says; it is text from outside. */
function saidBy(error: unknown): string {
  return firstLine(maskSecrets(messageOf(error)), 200);
}
