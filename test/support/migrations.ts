import { fileURLToPath } from 'node:url';

/** The product's own migrations. */
export const MIGRATIONS = fileURLToPath(new URL('../../migrations', import.meta.url));
