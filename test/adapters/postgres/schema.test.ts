import { expect, test } from 'vitest';
import { prepareSchema } from '../../../src/adapters/postgres/schema.ts';
import type { Row, Sql } from '../../../src/adapters/postgres/sql.ts';

/** A server as far as its catalog goes: pgvector installed in the database, or available, or neither. */
function server(vector: { installed?: string; available?: boolean }): Sql {
  const answer = (text: string): Row[] => {
    if (text.includes('from pg_extension'))
      return vector.installed === undefined ? [] : [{ extversion: vector.installed }];
    if (text.includes('pg_available_extensions')) return vector.available === true ? [{}] : [];
    return [];
  };
  return {
    query: <R>(text: string) => {
      const rows = answer(text) as R[];
      return Promise.resolve({ rows, rowCount: rows.length });
    },
  };
}

test('a server without pgvector is refused with the way to install it', async () => {
  await expect(prepareSchema(server({}), 'sitrep')).rejects.toThrow(/no pgvector.*apt install/);
});

test.each(['0.5.1', '0.7.4'])('pgvector %s is refused with the way to update it', async (installed) => {
  await expect(prepareSchema(server({ installed }), 'sitrep')).rejects.toThrow(
    /0.8 or newer.*alter extension vector/,
  );
});

test.each(['0.8.0', '0.10.1', '1.0'])('pgvector %s is accepted', async (installed) => {
  await expect(prepareSchema(server({ installed }), 'sitrep')).resolves.toBeUndefined();
});
