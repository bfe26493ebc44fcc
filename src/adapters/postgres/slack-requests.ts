import type { RequestLog } from '../slack/gate.ts';
import type { Sql } from './sql.ts';

/**
 * Requests from Slack that were handled, in the table `slack_request`. A request is refused by its age after
 * five minutes and Slack repeats an event for little longer, so an hour is memory enough.
 */
export function createRequestLog(sql: Sql): RequestLog {
  return {
    async isFirst(hash) {
      const { rowCount } = await sql.query(
        `with forgotten as (delete from slack_request where seen_at < now() - interval '1 hour')
         insert into slack_request (signature_hash) values ($1) on conflict do nothing`,
        [hash],
      );
      return rowCount === 1;
    },
  };
}
