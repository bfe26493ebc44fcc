import { createVault } from '../../src/incident/seal.ts';

/** The key of a database that lives for one test. */
export const testVault = createVault([Buffer.alloc(32, 7)]);
