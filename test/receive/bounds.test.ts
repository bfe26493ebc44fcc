import { describe, expect, it } from 'vitest';
import { jsonOf } from '../../src/receive/json-body.ts';
import { alertsOf, readAs } from '../support/webhooks.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('the bounds of a body', () => {
  it.each([
    ['arrays', '['.repeat(100_000)],
    ['objects', '{"a":'.repeat(100_000)],
    ['closed arrays', `${'['.repeat(65)}${']'.repeat(65)}`],
    ['both', '[{"a":'.repeat(1000)],
  ])('refuse deep %s without going down', (_, text) => {
    expect(jsonOf(bytes(text))).toMatchObject({
      ok: false,
      refusal: { status: 400, error: expect.stringMatching(/nested/) },
    });
  });

  it('count no bracket within a text', () => {
    const text = JSON.stringify({ a: '[{'.repeat(1000), b: '\\"[{'.repeat(1000), '[[[': 1 });
    expect(jsonOf(bytes(text))).toMatchObject({ ok: true });
    expect(jsonOf(bytes(`${'['.repeat(64)}${']'.repeat(64)}`))).toMatchObject({ ok: true });
  });

  it('refuse more keys and values than anybody sends', () => {
    expect(jsonOf(bytes(`[${'1,'.repeat(400_001)}1]`))).toMatchObject({ refusal: { status: 413 } });
    const names = (count: number) => `{${Array.from({ length: count }, (_, i) => `"${i}":1`).join(',')}}`;
    expect(jsonOf(bytes(names(2001)))).toMatchObject({
      refusal: { status: 413, error: expect.stringMatching(/2000 names/) },
    });
    const many = `[${Array.from({ length: 50 }, () => `{"a":${names(1999)},"b":1}`).join(',')}]`;
    expect(jsonOf(bytes(many))).toMatchObject({ ok: true });
  });

  it('are not lost count of by brackets that close nothing', () => {
    expect(jsonOf(bytes(`${']'.repeat(1000)}${'['.repeat(65)}`))).toMatchObject({
      refusal: { error: expect.stringMatching(/nested/) },
    });
  });

  it.each([
    ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22]],
    ['half a character', [0x22, 0xe2, 0x82, 0x22]],
    ['an encoded surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['beyond Unicode', [0x22, 0xf5, 0x80, 0x80, 0x80, 0x22]],
  ])('refuse %s', (_, list) => {
    expect(jsonOf(Uint8Array.from(list))).toMatchObject({
      ok: false,
      refusal: { error: expect.stringMatching(/UTF-8/) },
    });
  });

  it('refuse what is no JSON without repeating it', () => {
    const answer = jsonOf(bytes('{"password": hunter2}'));
    expect(answer).toMatchObject({ ok: false, refusal: { error: 'the body is not JSON' } });
    expect(JSON.stringify(answer)).not.toContain('hunter2');
  });

  it('take names that objects already have for names and no more', async () => {
    const text =
      '{"name":"x","labels":{"__proto__":"a","constructor":"b","toString":"c"},"__proto__":{"status":"resolved"}}';
    const [alert] = await alertsOf('json', bytes(text));
    expect(alert).toMatchObject({ status: 'firing', name: 'x' });
    expect(alert?.labels['constructor']).toBe('b');
    expect(({} as Record<string, unknown>)['status']).toBeUndefined();
  });

  it('take a start that is mad for one that a database holds, and always the same', async () => {
    const send = () => alertsOf('json', { name: 'x', startsAt: '0001-01-01T00:00:00Z' });
    expect((await send())[0]?.startsAt).toEqual(new Date(0));
    expect(await send()).toEqual(await send());
  });

  it('hold a name of any length', async () => {
    const [alert] = await alertsOf('json', { name: 'n'.repeat(100_000), fingerprint: 'f'.repeat(100_000) });
    expect(alert?.name).toHaveLength(200);
    expect(alert?.fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(await readAs('json', {}, { 'content-type': 'x'.repeat(10_000) })).toMatchObject({
      refusal: { status: 415 },
    });
  });
});
