import { unseal, seal, type Vault } from '../../../incident/seal.ts';
import type { ModelCall } from '../../../propose/investigator.ts';
import type { Sql } from '../sql.ts';
import { dataKeys } from './data-keys.ts';

/** What a model was asked and what it answered; null where that was erased. */
export type ModelTexts = { at: Date; model: string; texts: { prompt: string; answer: string } | null };

const BOUND = 'model call';

export function modelCallStore(sql: Sql, vault: Vault) {
  return {
    /** The texts stand apart from the chain, which has their hashes, and are sealed with the incident's key. */
    async addModelCalls(incidentId: number, calls: ModelCall[]): Promise<void> {
      if (calls.length === 0) return;
      const { id, key } = (await dataKeys(sql, vault).use([incidentId]))(incidentId);
      for (const { model, tokens, prompt, answer } of calls) {
        await sql.query(
          `insert into model_call (incident_id, model, tokens, prompt, answer, sealed, key_id)
           values ($1, $2, $3, '', '', $4, $5)`,
          [incidentId, model, tokens, seal(key, Buffer.from(JSON.stringify({ prompt, answer })), BOUND), id],
        );
      }
    },

    /** Every call for an incident, the oldest first. */
    async modelTexts(incidentId: number): Promise<ModelTexts[]> {
      const { rows } = await sql.query<{
        at: Date;
        model: string;
        prompt: string;
        answer: string;
        sealed: Buffer | null;
        wrapped: Buffer | null;
      }>(
        `select c.at, c.model, c.prompt, c.answer, c.sealed, k.wrapped
           from model_call c left join audit_key k on k.id = c.key_id where c.incident_id = $1 order by c.id`,
        [incidentId],
      );
      return rows.map(({ at, model, prompt, answer, sealed, wrapped }) => {
        if (sealed === null) return { at, model, texts: prompt === '' ? null : { prompt, answer } };
        if (wrapped === null) return { at, model, texts: null };
        const text = unseal(vault.unwrap(wrapped, incidentId), sealed, BOUND).toString();
        return { at, model, texts: JSON.parse(text) as { prompt: string; answer: string } };
      });
    },

    async modelTokensLeft(incidentId: number, perIncident: number, perDay: number): Promise<number> {
      const { rows } = await sql.query<{ here: number; today: number }>(
        `select coalesce(sum(tokens) filter (where incident_id = $1), 0)::int as here,
                coalesce(sum(tokens) filter (where at > now() - interval '1 day'), 0)::int as today
           from model_call`,
        [incidentId],
      );
      const used = rows[0] ?? { here: 0, today: 0 };
      return Math.min(perIncident - used.here, perDay - used.today);
    },
  };
}
