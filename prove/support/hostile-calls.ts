import fc from 'fast-check';
import { bind } from '../../src/act/catalogue.ts';
import { parseAction, toolNames, type Action } from '../../src/incident/action.ts';
import { canonicalJson } from '../../src/incident/canonical.ts';
import { actions } from './actions.ts';
import type { Trial } from './property.ts';

const NAMES = [
  ...toolNames,
  'shell',
  'kubernetes.exec',
  'kubernetes.rollback ',
  'Kubernetes.rollback',
  '__proto__',
  'constructor',
  'toString',
  '',
];

const HOSTILE: fc.Arbitrary<unknown> = fc.oneof(
  fc.anything(),
  fc.constantFrom(
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -1,
    0.5,
    '../../etc',
    'pricing; rm -rf /',
    '\ud800',
    'x'.repeat(10_000),
    'pri\u0441ing',
    '*',
    null,
  ),
);

/** What takes words that are nobody's name; what they may be is for the tool and its configuration. */
const TAKES_TEXT = /^(?:github\.open_issue|github\.dispatch_workflow|http\.request|mcp\.call)$/;

/** A call as an attacker makes it: something that is right but for one thing, or nothing right at all. */
const call: fc.Arbitrary<unknown> = fc.oneof(
  fc.record({ tool: fc.constantFrom(...NAMES), arguments: fc.dictionary(fc.string(), HOSTILE) }),
  fc
    .record({
      action: actions,
      key: fc.constantFrom(
        'namespace',
        'deployment',
        'revision',
        'replicas',
        'repo',
        'sha',
        'number',
        'node',
        'app',
        'machine',
        'count',
        'workflow',
        'ref',
        'inputs',
        'title',
        'flag',
        'source',
        'template',
        'values',
        'server',
        'arguments',
        'force',
        '__proto__',
      ),
      value: HOSTILE,
    })
    .map(({ action, key, value }) => ({
      ...action,
      arguments: Object.defineProperty({ ...action.arguments }, key, {
        value,
        enumerable: true,
        configurable: true,
        writable: true,
      }),
    })),
  // Some that are right, so that what is let through is known to be looked at.
  actions,
  fc.record({ action: actions, more: HOSTILE }).map(({ action, more }) => ({ ...action, approved: more })),
  HOSTILE,
);

/** Calls straight at the catalogue: what is let through must be exactly an action of it, nothing more and nothing less. */
export function hostileCalls({ tally, random }: Trial, count: number): void {
  for (const given of fc.sample(call, { numRuns: count, seed: random.below(2 ** 31) })) {
    let action: Action | null = null;
    try {
      action = parseAction(given);
      bind(action);
    } catch {
      action = null;
    }
    const isExact =
      action === null ||
      (isText(given) &&
        canonicalJson(action) === canonicalJson(given) &&
        (TAKES_TEXT.test(action.tool) || /^[\w.~:/-]*$/.test(Object.values(action.arguments).join(''))));
    tally.check(
      isExact,
      () => `the catalogue took ${JSON.stringify(given)?.slice(0, 300)} for ${JSON.stringify(action)}`,
    );
    tally.count('direct calls');
    if (action !== null) tally.count('direct calls that are proper actions');
  }
}

function isText(value: unknown): boolean {
  try {
    canonicalJson(value);
    return true;
  } catch {
    return false;
  }
}
