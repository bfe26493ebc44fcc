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
    tests: ['test/decide/{policy,clauses,restrict,risk-score,weigh}.test.ts'],
  },
  approval: {
    mutate: ['decide', 'by-policy', 'reject', 'refusals', 'consented-undo', 'why-forbidden', 'give-way'].map(
      (name) => `src/decide/${name}.ts`,
    ),
    tests: ['test/decide/{decide,decide-plan,consented-undo,why-forbidden}.test.ts'],
  },
  consent: {
    mutate: ['canonical', 'card', 'confirmation', 'literal', 'person', 'plan', 'proposal', 'question'].map(
      (name) => `src/incident/${name}.ts`,
    ),
    tests: ['test/incident/{canonical,card,confirmation,literal,person,plan,plan-parts,proposal}.test.ts'],
  },
  executor: {
    mutate: [
      'claim',
      'send',
      'write',
      'settle',
      'resume',
      'look-again',
      'end',
      'why-not-send',
      'why-not-resend',
      'look-back',
      'world',
      'tool',
    ].map((name) => `src/act/${name}.ts`),
    tests: ['test/act/{execute,execute-inverse}.test.ts'],
  },
  audit: {
    mutate: ['audit-chain', 'verify-chain', 'checkpoint', 'seal'].map((name) => `src/incident/${name}.ts`),
    tests: ['test/incident/{audit-chain,verify-chain,verify-chain-reasons,checkpoint,seal}.test.ts'],
  },
  webhooks: {
    mutate: ['authentication', 'same-secret', 'sns', 'sns-address'].map((name) => `src/receive/${name}.ts`),
    tests: ['test/receive/{authentication,refusals,same-secret,sns}.test.ts'],
  },
  slack: {
    mutate: ['gate', 'identity', 'once', 'checked-desk', 'standing'].map(
      (name) => `src/adapters/slack/${name}.ts`,
    ),
    tests: ['test/adapters/slack/{gate,identity,once,checked-desk,standing}.test.ts'],
  },
  terminal: {
    mutate: ['src/adapters/http/terminal.ts', 'src/adapters/http/door.ts'],
    tests: ['test/adapters/http/{door,terminal,terminal-refusals}.test.ts'],
  },
  buttons: {
    mutate: ['src/adapters/postgres/button-tokens.ts'],
    tests: ['test/adapters/postgres/button-tokens.test.ts'],
  },
} satisfies Record<string, Group>;
