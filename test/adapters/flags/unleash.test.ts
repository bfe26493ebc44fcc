import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bind } from '../../../src/act/catalogue.ts';
import { parseAction, type Action } from '../../../src/incident/action.ts';
import { flagsOver } from '../../../src/adapters/flags/flags.ts';
import { unleashFlags } from '../../../src/adapters/flags/unleash.ts';
import { startFakeUnleash, UNLEASH_TOKEN } from '../../support/fake-unleash.ts';
import { worldOf } from '../../support/world.ts';

const FIXTURE = join(import.meta.dirname, '../../fixtures/unleash/answers.json');
const PERMIT = { key: 'a proposal', approvedBy: [] };
const AROUND = { service: 'checkout', dependants: [] };

/** The double, and the real server where scripts/unleash-server.sh has started one. */
const real = process.env['UNLEASH_TEST_URL'];
const servers: [string, () => Promise<{ url: string }>][] = [
  ['the double', startFakeUnleash],
  ...(real
    ? [['the real Unleash', () => Promise.resolve({ url: real })] as [string, () => Promise<{ url: string }>]]
    : []),
];

describe.each(servers)('%s', (_name, start) => {
  async function opened() {
    const { url } = await start();
    const flag = `coupons-${randomUUID()}`;
    const call = async (method: string, path: string, body?: unknown, token = UNLEASH_TOKEN) => {
      const response = await fetch(`${url}/api/admin/${path}`, {
        method,
        headers: { authorization: token, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? null : JSON.parse(text) };
    };
    await call('POST', 'projects/default/features', { name: flag, type: 'kill-switch' });
    const source = (more: { token?: string; environment?: string; project?: string; name?: string } = {}) =>
      unleashFlags({
        name: 'unleash',
        url,
        token: UNLEASH_TOKEN,
        project: 'default',
        environment: 'production',
        ...more,
      });
    const byHand = (verb: 'on' | 'off', environment = 'production') =>
      call('POST', `projects/default/features/${flag}/environments/${environment}/${verb}`);
    return { flag, call, source, byHand, world: worldOf({ flags: flagsOver([source()]) }) };
  }

  test('answers as it is on record', async () => {
    const { flag, call } = await opened();
    const path = (name: string, environment = 'production') =>
      `projects/default/features/${name}/environments/${environment}`;
    const asked: [string, string, string?][] = [
      ['GET', path(flag)],
      ['POST', `${path(flag)}/on`],
      ['GET', path(flag)],
      ['GET', `search/events?feature=IS:${flag}&limit=1`],
      ['POST', `${path(flag)}/on`],
      ['GET', `search/events?feature=IS:${flag}&limit=1`],
      ['POST', `${path(flag)}/off`],
      ['GET', `search/events?feature=IS:${flag}&limit=1`],
      ['GET', path(flag, 'nowhere')],
      ['POST', `${path(flag, 'nowhere')}/on`],
      ['GET', 'environments/project/default'],
      ['GET', 'environments/project/nowhere'],
      ['GET', path('no-such-flag')],
      ['POST', `${path('no-such-flag')}/off`],
      ['GET', 'search/events?feature=IS:no-such-flag&limit=1'],
      ['GET', path(flag), 'not a token'],
    ];
    const answers = [];
    for (const [method, place, token] of asked) {
      const { status, body } = await call(method, place, undefined, token);
      answers.push({
        asked: `${method} ${place}${token ? ' with another token' : ''}`.replaceAll(flag, 'FLAG'),
        status,
        body: masked(body, flag),
      });
    }
    if (process.env['UNLEASH_TEST_RECORD'] && real)
      writeFileSync(FIXTURE, `${JSON.stringify(answers, null, 2)}\n`);
    const recorded = JSON.parse(readFileSync(FIXTURE, 'utf8'));
    expect(answers.map(({ asked, status }) => [asked, status])).toEqual(
      recorded.map((one: any) => [one.asked, one.status]),
    );
    // The double says less than the real one, and nothing else.
    for (const [index, { body }] of answers.entries()) {
      if (body === null) expect(recorded[index].body).toBeNull();
      else expect(recorded[index].body).toMatchObject(body as object);
    }
  });

  test('a flag is turned off, read back, and turned on again', async () => {
    const { flag, world, byHand } = await opened();
    await byHand('on');
    const tool = bind({ tool: 'flag.disable', arguments: { flag } });
    const prepared = await tool.prepare(world, AROUND);
    expect(prepared).toMatchObject({
      title: `Turn flag ${flag} of unleash in production off`,
      inverse: { tool: 'flag.enable', arguments: { flag, source: 'unleash' } },
      blastRadius: { services: ['checkout'] },
    });
    expect(await tool.readBack(prepared.target, world, PERMIT)).toMatchObject({ state: 'not done' });
    expect(await tool.observe(world)).toEqual(prepared.target);
    await tool.run(prepared.target, world, PERMIT);
    expect(await tool.readBack(prepared.target, world, PERMIT)).toMatchObject({ state: 'done' });
    const undo = bind(parseAction(prepared.inverse));
    const back = await undo.prepare(world, AROUND);
    await undo.run(back.target, world, PERMIT);
    expect(await undo.readBack(back.target, world, PERMIT)).toMatchObject({ state: 'done' });
  });

  test('a flag that others have switched meanwhile is left alone, also where it looks the same again', async () => {
    const { flag, world, byHand, source } = await opened();
    await byHand('on');
    const tool = bind({ tool: 'flag.disable', arguments: { flag } });
    const { target } = await tool.prepare(world, AROUND);
    await byHand('off');
    await byHand('on');
    await expect(tool.run(target, world, PERMIT)).rejects.toThrow(/is now at/);
    expect(await source().read(flag)).toMatchObject({ enabled: true });
    expect(await tool.readBack(target, world, PERMIT)).toMatchObject({ state: 'unclear' });
    const { version } = (await source().read(flag))!;
    await byHand('off');
    await expect(source().set(flag, version, false)).rejects.toMatchObject({ outcome: 'refused' });
  });

  test('another environment is another flag', async () => {
    const { flag, world, byHand, source } = await opened();
    await byHand('on');
    const tool = bind({ tool: 'flag.disable', arguments: { flag } });
    const { target } = await tool.prepare(world, AROUND);
    await byHand('on', 'development');
    await tool.run(target, world, PERMIT);
    expect(await source({ environment: 'development' }).read(flag)).toMatchObject({ enabled: true });
    const both = worldOf({
      flags: flagsOver([source(), source({ name: 'other', environment: 'development' })]),
    });
    await expect(tool.observe(both)).rejects.toThrow(/in unleash and other; name the source/);
    const named: Action = { tool: 'flag.disable', arguments: { flag, environment: 'development' } };
    expect((await bind(named).observe(both)).identity).toContain('of other in development');
  });

  test('what is not there, and a token that is not accepted', async () => {
    const { flag, source } = await opened();
    expect(await source().read(`${flag}-not`)).toBeNull();
    expect(await source({ environment: 'nowhere' }).read(flag)).toBeNull();
    await expect(source({ token: 'wrong' }).read(flag)).rejects.toThrow(/UNLEASH_ADMIN_TOKEN/);
    const nobody = unleashFlags({
      name: 'x',
      url: 'http://127.0.0.1:1',
      token: 't',
      project: 'default',
      environment: 'production',
    });
    await expect(nobody.read(flag)).rejects.toThrow(/did not answer .*UNLEASH_URL/);
  });
});

/** Without what differs from run to run, and without what others wrote for people. */
function masked(value: unknown, flag: string): unknown {
  if (typeof value === 'string') return value.replaceAll(flag, 'FLAG');
  if (Array.isArray(value)) return value.map((one) => masked(one, flag));
  if (typeof value !== 'object' || value === null) return value;
  const left = Object.entries(value).filter(
    ([key]) => !/^(id|groupId|createdAt|createdBy|createdByUserId|summary|message|details)$/.test(key),
  );
  return Object.fromEntries(left.map(([key, one]) => [key, masked(one, flag)]));
}
