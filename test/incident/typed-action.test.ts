import { describe, expect, it } from 'vitest';
import { readPropose } from '../../src/adapters/slack/commands/propose.ts';
import { ACTION_EXAMPLES } from '../../src/incident/action-examples.ts';
import { toolNames } from '../../src/incident/action.ts';
import { readTypedAction, usageOf } from '../../src/incident/typed-action.ts';

const SCALE = 'namespace=shop deployment=pricing';

function mistakeIn(text: string): string {
  const read = readTypedAction(text.split(' '));
  return read.ok ? 'none' : read.mistake;
}

describe('an action that somebody types', () => {
  it.each(toolNames)('is read as its example stands there: %s', (tool) => {
    const { words } = readPropose(`${tool} ${ACTION_EXAMPLES[tool]}`);
    expect(readTypedAction(words)).toMatchObject({ ok: true, value: { action: { tool }, service: null } });
    for (const word of words.slice(1))
      expect(usageOf(tool)).toContain(`${word.replace(/=.*/s, '').replace(/\..*/, '.NAME')}=`);
  });

  it('has values of the types of its schema, and the service that it is about', () => {
    expect(readTypedAction(`Kubernetes.Scale ${SCALE} replicas=04 service=pricing`.split(' '))).toEqual({
      ok: true,
      value: {
        action: {
          tool: 'kubernetes.scale',
          arguments: { namespace: 'shop', deployment: 'pricing', replicas: 4 },
        },
        service: 'pricing',
      },
    });
    const call = 'mcp.call server=cache tool=purge arguments.id=7 arguments.all=true arguments.key=v1.2';
    expect(readTypedAction(call.split(' '))).toMatchObject({
      value: { action: { arguments: { arguments: { id: 7, all: true, key: 'v1.2' } } } },
    });
    const dispatch = 'github.dispatch_workflow repo=a/b workflow=d.yml ref=main inputs.n=7';
    expect(readTypedAction(dispatch.split(' '))).toMatchObject({
      value: { action: { arguments: { inputs: { n: '7' } } } },
    });
  });

  it.each([
    ['a tool that there is not', 'kubernetes.delete x=y', 'There is no tool “kubernetes.delete”'],
    [
      'a missing argument',
      `kubernetes.scale ${SCALE}`,
      '“replicas” is missing: a whole number from 0 to 100',
    ],
    [
      'a word for a number',
      `kubernetes.scale ${SCALE} replicas=four`,
      '“replicas” is “four”: not a whole number',
    ],
    ['half a number', `kubernetes.scale ${SCALE} replicas=2.5`, 'not a whole number from 0 to 100'],
    [
      'a number out of bounds',
      `kubernetes.scale ${SCALE} replicas=101`,
      '“replicas” is “101”: not a whole number',
    ],
    [
      'an argument too many',
      `kubernetes.restart ${SCALE} force=yes`,
      'takes no “force”, only namespace and deployment',
    ],
    ['an argument twice', `kubernetes.restart ${SCALE} namespace=prod`, '“namespace” stands there twice'],
    [
      'a word that is no argument',
      `kubernetes.restart ${SCALE} now`,
      '“now” is no argument: write name=value',
    ],
    [
      'a value that is no such name',
      `kubernetes.restart namespace=Shop! deployment=a`,
      '“namespace” is “Shop!”',
    ],
    ['an entry without a name', 'http.request template=t values.=x', 'not values.NAME=value'],
    [
      'an entry that would be lost',
      'mcp.call server=c tool=t arguments.__proto__=x',
      '“arguments.__proto__”',
    ],
  ])('is refused for %s, which is named, with an example', (_, text, said) => {
    expect(mistakeIn(text)).toContain(said);
    if (!said.includes('no tool'))
      expect(mistakeIn(text)).toMatch(/ For example: \/sitrep propose [a-z.]+ \S+=/);
  });
});

describe('the words after “propose”', () => {
  it('may name the incident first and a reason last, after two hyphens or the dash that a keyboard makes of them', () => {
    for (const dash of ['--', '–', '—'])
      expect(
        readPropose(`INC-12 flag.disable flag=a source="main flags" ${dash} the new "checkout" fails`),
      ).toEqual({
        incident: 12,
        words: ['flag.disable', 'flag=a', 'source=main flags'],
        why: 'the new "checkout" fails',
      });
  });

  it('may be none at all', () => {
    expect(readPropose('  ')).toEqual({ incident: null, words: [], why: '' });
  });

  it('mean what was typed where Slack has made links of it', () => {
    expect(readPropose('kubernetes.cordon node=<http://worker-3.example|worker-3.example>').words).toEqual([
      'kubernetes.cordon',
      'node=worker-3.example',
    ]);
  });
});
