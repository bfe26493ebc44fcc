import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/database-image.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Two cores: more workers than that only make the timings of child processes worse.
    maxWorkers: 2,
    // By hand: npm test -- --coverage. What runs in child processes and worker threads is not counted.
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['src/adapters/local/shop/source/**', 'src/adapters/local/world/process.ts', '**/*.d.ts'],
      reporter: ['text-summary', 'html'],
      thresholds: {
        lines: 75,
        functions: 75,
        branches: 65,
        'src/{act,decide,incident}/**': { lines: 90, branches: 80 },
      },
    },
  },
});
