import { defineConfig } from 'vitest/config';

// Stryker starts vitest itself and tells it nothing of the group. Its own option “testFiles” does not hold for the
// mutants that change what a module does while it loads: those would survive unseen.
export default defineConfig({
  test: {
    include: process.env['MUTATION_TESTS']?.split(' ') ?? [],
    globalSetup: ['test/support/database-image.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
