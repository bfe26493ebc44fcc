import { readdirSync } from 'node:fs';
import { EXCEPTIONS } from './exceptions.ts';

/** Files of the trusted core and the tests that must notice every change in them. */
export type Group = { mutate: string[]; tests: string[] };

/** The folders of the trusted core. A file that stands right in one of them is in a group, or an exception with its reason. */
export const CORE = [
  'src/act',
  'src/adapters/postgres/store',
  'src/adapters/slack',
  'src/decide',
  'src/incident',
];

const files = (folder: string, ...names: string[]) => names.map((name) => `${folder}/${name}.ts`);
const tests = (folder: string, ...names: string[]) => names.map((name) => `test/${folder}/${name}.test.ts`);

/** All files of a folder that are no exceptions, so that one that is split stays in its group. */
function everyOther(folder: string): string[] {
  const excepted = new Set(EXCEPTIONS.flatMap((one) => one.files));
  return filesIn(folder).filter((file) => !excepted.has(file));
}

export function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map(({ name }) => `${folder}/${name}`);
}

/** The tests of a group run in this order until one fails: first those that are quick and see most. */
export const GROUPS: Record<string, Group> = {
  policy: {
    mutate: [
      ...files('src/decide', 'policy', 'restrict', 'risk-score', 'weigh'),
      ...files('src/incident', 'policy'),
    ],
    tests: tests('decide', 'policy', 'clauses', 'restrict', 'risk-score', 'weigh'),
  },
  windows: {
    mutate: files('src/incident', 'maintenance', 'wall-clock'),
    tests: tests('incident', 'wall-clock', 'maintenance'),
  },
  approval: {
    mutate: [
      ...files(
        'src/decide',
        'decide',
        'by-policy',
        'reject',
        'refusals',
        'consented-undo',
        'why-forbidden',
        'give-way',
      ),
      ...files('src/incident', 'rejection'),
    ],
    tests: tests('decide', 'decide', 'decide-plan', 'consented-undo', 'why-forbidden'),
  },
  consent: {
    mutate: files(
      'src/incident',
      'canonical',
      'card',
      'confirmation',
      'literal',
      'person',
      'plan',
      'proposal',
      'question',
      'utc',
    ),
    tests: tests(
      'incident',
      'canonical',
      'person',
      'proposal',
      'literal',
      'confirmation',
      'utc',
      'card',
      'plan-parts',
      'plan',
    ),
  },
  actions: {
    mutate: files('src/incident', 'action', 'typed-action', 'target-services'),
    tests: tests('incident', 'action', 'target-services', 'typed-action-words', 'typed-action'),
  },
  undo: {
    mutate: files('src/incident', 'stop', 'undo-order', 'undo-standing'),
    tests: tests('incident', 'stop', 'undo-last', 'undo-standing', 'undo-order'),
  },
  executor: {
    mutate: everyOther('src/act'),
    tests: tests('act', 'execute', 'execute-inverse', 'tools-page'),
  },
  audit: {
    mutate: files('src/incident', 'audit-chain', 'verify-chain', 'checkpoint', 'seal'),
    tests: tests('incident', 'checkpoint', 'seal', 'audit-chain', 'verify-chain-reasons', 'verify-chain'),
  },
  webhooks: {
    mutate: files('src/receive', 'authentication', 'same-secret', 'sns', 'sns-address'),
    tests: tests('receive', 'same-secret', 'authentication', 'sns', 'refusals'),
  },
  slack: {
    mutate: files('src/adapters/slack', 'gate', 'identity', 'once', 'checked-desk', 'standing'),
    tests: tests('adapters/slack', 'once', 'checked-desk', 'standing', 'identity', 'gate'),
  },
  refusals: {
    mutate: files('src/adapters/slack', 'body', 'buttons', 'door-refusals', 'request-deadline', 'tokens'),
    tests: tests('adapters/slack', 'buttons', 'tokens', 'request-deadline', 'door-refusals', 'body'),
  },
  terminal: {
    mutate: files('src/adapters/http', 'door', 'known-by-key', 'terminal', 'wrong-keys'),
    tests: tests('adapters/http', 'door', 'wrong-keys', 'terminal-refusals', 'terminal'),
  },
  buttons: {
    mutate: ['src/adapters/postgres/button-tokens.ts'],
    tests: tests('adapters/postgres', 'button-tokens'),
  },
  orders: {
    mutate: files('src/adapters/postgres/store', 'limits', 'plans', 'undo-orders'),
    tests: tests(
      'adapters/postgres/store',
      'limits',
      'undo-orders',
      'plans',
      'proposal-statements',
      'action-record',
    ),
  },
  claims: {
    mutate: files('src/adapters/postgres/store', 'proposals'),
    tests: tests('adapters/postgres/store', 'proposal-statements'),
  },
  record: {
    mutate: files(
      'src/adapters/postgres/store',
      'audit',
      'checkpoints',
      'contents',
      'data-keys',
      'erasure',
      'journal',
      'rekey',
    ),
    tests: tests(
      'adapters/postgres/store',
      'audit',
      'checkpoints',
      'data-keys',
      'erasure-rows',
      'rewrap',
      'journal',
    ),
  },
  switch: {
    mutate: files('src/adapters/postgres/store', 'settings'),
    tests: tests('adapters/postgres/store', 'settings'),
  },
  budgets: {
    mutate: files('src/adapters/postgres/store', 'action-record'),
    tests: tests('adapters/postgres/store', 'action-record'),
  },
};
