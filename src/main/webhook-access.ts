import { amazonSns } from '../adapters/http/amazon-sns.ts';
import type { Config } from '../config.ts';
import type { Access } from '../receive/access.ts';

/** What alert sources prove themselves by; `tokens` are those of SITREP_WEBHOOK_TOKEN or the one that was made. */
export function webhookAccess({ webhooks }: Config, tokens: readonly string[]): Access {
  return {
    secrets: { ...webhooks.secrets, SITREP_WEBHOOK_TOKEN: tokens },
    snsTopics: webhooks.snsTopics,
    sns: amazonSns(),
    now: () => new Date(),
  };
}
