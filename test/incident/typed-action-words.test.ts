import { expect, it } from 'vitest';
import type { ToolName } from '../../src/incident/action.ts';
import { readTypedAction, usageOf } from '../../src/incident/typed-action.ts';

const RESTART = 'kubernetes.restart namespace=shop deployment=pricing';
const EXAMPLE = 'For example: /sitrep propose';

/** What is read of words, or what is said of the mistake in them before the example. */
function read(...words: string[]): unknown {
  const found = readTypedAction(words);
  if (found.ok) return found.value.action.arguments;
  const [said = ''] = found.mistake.split(`. ${EXAMPLE}`);
  return said;
}
const readText = (text: string) => read(...text.split(' '));

it('says what is wrong in whole sentences', () => {
  expect(read()).toBe('There is no tool “”. “/sitrep propose” alone lists them.');
  expect(readText(`${RESTART} !namespace=prod`)).toBe('“!namespace=prod” is no argument: write name=value');
  expect(readText('kubernetes.restart deployment=a')).toBe('“namespace” is missing: a text');
  expect(readText(`${RESTART} namespace.x=1`)).toBe(
    'kubernetes.restart takes no “namespace.x”, only namespace and deployment',
  );
});

it.each([
  [
    'github.dispatch_workflow repo=a/b workflow=d.yml ref=main inputs=x',
    '“inputs” is “x”: not inputs.NAME=value, as often as needed',
  ],
  ['github.close_issue repo=a/b number=x', '“number” is “x”: not a whole number from 1 on'],
  ['github.close_issue repo=a/b number=0', '“number” is “0”: not a whole number from 1 on'],
  [
    'kubernetes.scale namespace=a deployment=b replicas=x4',
    '“replicas” is “x4”: not a whole number from 0 to 100',
  ],
  [
    'kubernetes.scale namespace=a deployment=b replicas=4x',
    '“replicas” is “4x”: not a whole number from 0 to 100',
  ],
  [
    'kubernetes.rollback namespace=shop deployment=pricing revision=REVISION',
    '“REVISION” only holds the place: write a number such as 3 there.',
  ],
  [
    'github.open_revert_pull_request repo=acme/shop sha=SHA',
    '“SHA” only holds the place: write the sha that is meant there.',
  ],
])('says what belongs there: %s', (text, said) => {
  expect(readText(text)).toBe(said);
});

it('says of a text what the catalogue says of it, also of an entry', () => {
  expect(readText('kubernetes.restart namespace=Shop! deployment=a')).toMatch(
    /^“namespace” is “Shop!”: (?!not a text|not what belongs there)./u,
  );
  expect(readText('http.request template=t values.queue=')).toMatch(
    /^“values.queue” is “”: (?!not what belongs there)./u,
  );
});

it('reads an action without its entries, and entries of each type', () => {
  const dispatch = 'github.dispatch_workflow repo=a/b workflow=d.yml ref=main';
  expect(readText(dispatch)).toMatchObject({ inputs: {} });
  const given = { a: '1x', b: '120', c: '1.25', d: '1.x', e: '-0', f: '01', g: 'false', h: 'null', i: 'x1' };
  const words = Object.entries(given).map(([name, value]) => `arguments.${name}=${value}`);
  expect(read('mcp.call', 'server=c', 'tool=t', ...words)).toMatchObject({
    arguments: { ...given, b: 120, c: 1.25, e: -0, g: false, h: null },
  });
});

it('takes a value with all its lines', () => {
  expect(read('github.open_issue', 'repo=a/b', 'title=t', 'body=one\ntwo=2')).toMatchObject({
    body: 'one\ntwo=2',
  });
});

it('does not hide what is no mistake of the person', () => {
  expect(() => read('github.open_issue', 'repo=a/b', 'title=\ud800', 'body=b')).toThrow(/surrogate/i);
});

it.each<[ToolName, string]>([
  ['kubernetes.scale', 'namespace= deployment= replicas='],
  ['github.dispatch_workflow', 'repo= workflow= ref= [inputs.NAME=]'],
  ['flag.disable', 'flag= [source=] [environment=]'],
])('shows how %s is typed, with what may be left out in brackets', (tool, usage) => {
  expect(usageOf(tool)).toBe(usage);
});
