import { describe } from 'vitest';
import { describeDatabase } from '../../support/database-conformance.ts';
import { serverDatabase, TEST_DATABASE_URL } from '../../support/database.ts';

describe.skipIf(TEST_DATABASE_URL === undefined)('with TEST_DATABASE_URL', () => {
  describeDatabase('a PostgreSQL server', () => serverDatabase());
});
