import { relative } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const files = process.env['MUTATION_TESTS']?.split(' ') ?? [];
const place = ({ moduleId }: TestSpecification) => files.indexOf(relative(process.cwd(), moduleId));

/** The order of the group. Vitest's own begins with the slowest file, and a mutant needs only the first that sees it. */
class AsListed extends BaseSequencer {
  override async sort(specs: TestSpecification[]): Promise<TestSpecification[]> {
    return specs.toSorted((a, b) => place(a) - place(b));
  }
}

// Stryker starts vitest itself and tells it nothing of the group. Its own option “testFiles” does not hold for the
// mutants that change what a module does while it loads: those would survive unseen.
export default defineConfig({
  test: {
    include: files,
    sequence: { sequencer: AsListed },
    globalSetup: ['test/support/database-image.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
