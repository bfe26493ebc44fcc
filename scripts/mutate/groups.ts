/** Files of the trusted core and the tests that must notice every change in them. */
export type Group = { mutate: string[]; tests: string[] };

/** Quick ones first; those at the end run against an embedded database. */
export const GROUPS = {
  policy: {
    mutate: [
      'src/decide/policy.ts',
      'src/decide/restrict.ts',
      'src/decide/risk-score.ts',
      'src/decide/weigh.ts',
    ],
    tests: ['test/decide/*.test.ts'],
  },
  consent: {
    mutate: ['canonical', 'confirmation', 'literal', 'person'].map((name) => `src/incident/${name}.ts`),
    tests: ['test/incident/{canonical,confirmation,literal,person}.test.ts'],
  },
  audit: {
    mutate: ['audit-chain', 'verify-chain', 'checkpoint', 'seal'].map((name) => `src/incident/${name}.ts`),
    tests: ['test/incident/{verify-chain,checkpoint,seal}.test.ts'],
  },
  webhooks: {
    mutate: ['authentication', 'same-secret', 'sns', 'sns-address'].map((name) => `src/receive/${name}.ts`),
    tests: ['test/receive/{authentication,refusals,same-secret,sns}.test.ts'],
  },
  terminal: {
    mutate: ['src/adapters/http/terminal.ts'],
    tests: ['test/adapters/http/terminal{,-refusals}.test.ts'],
  },
} satisfies Record<string, Group>;
