import type { Risk } from '../../incident/action.ts';

/** A request as a template of the configuration gives it, with all its values filled in. */
export type FilledRequest = {
  /** Changes with every change of the template. */
  definition: string;
  method: string;
  url: string;
  /** What is sent as JSON; null where nothing is. */
  body: string | null;
  risk: Risk;
  /** Whether sending it twice does no harm. */
  repeatable: boolean;
  /** The template that puts it back, with the values that it takes of ours. */
  inverse: { template: string; values: Record<string, string> } | null;
  /** Sends it once, with the key as `Idempotency-Key`. Rejects with a `WriteFailure`. */
  send(key: string): Promise<void>;
  /** Whether what the request is for is the case, and what was seen instead or as well. */
  look(): Promise<{ asWanted: boolean; seen: string }>;
};

export interface HttpRequests {
  /** The request of a template with these values, or why there is none. Sends nothing. */
  fill(template: string, values: Record<string, string>): FilledRequest | { mistake: string };
}
