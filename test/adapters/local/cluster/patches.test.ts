import { describe, expect, test } from 'vitest';
import { applyJsonPatch } from '../../../../src/adapters/local/cluster/json-patch.ts';
import {
  applyMergePatch,
  applyStrategicMergePatch,
} from '../../../../src/adapters/local/cluster/merge-patch.ts';

describe('JSON Patch', () => {
  test.each([
    ['add to a list end', { a: [1] }, [{ op: 'add', path: '/a/-', value: 2 }], { a: [1, 2] }],
    ['insert into a list', { a: [1, 3] }, [{ op: 'add', path: '/a/1', value: 2 }], { a: [1, 2, 3] }],
    ['replace in a list', { a: [1, 3] }, [{ op: 'replace', path: '/a/1', value: 2 }], { a: [1, 2] }],
    ['remove from a list', { a: [1, 2] }, [{ op: 'remove', path: '/a/0' }], { a: [2] }],
    [
      'escaped names',
      { 'a/b': { 'c~d': 1 } },
      [{ op: 'replace', path: '/a~1b/c~0d', value: 2 }],
      { 'a/b': { 'c~d': 2 } },
    ],
    ['move', { a: { x: 1 }, b: {} }, [{ op: 'move', from: '/a/x', path: '/b/y' }], { a: {}, b: { y: 1 } }],
    ['copy', { a: [1] }, [{ op: 'copy', from: '/a', path: '/b' }], { a: [1], b: [1] }],
    ['the whole document', { a: 1 }, [{ op: 'replace', path: '', value: { b: 2 } }], { b: 2 }],
  ])('%s', (_name, before, patch, after) => {
    const original = structuredClone(before);
    expect(applyJsonPatch(before, patch)).toEqual(after);
    expect(before).toEqual(original);
  });

  test.each([
    [[{ op: 'replace', path: '/nothing', value: 1 }]],
    [[{ op: 'remove', path: '/a/7' }]],
    [[{ op: 'add', path: '/a/9', value: 1 }]],
    [[{ op: 'add', path: 'a', value: 1 }]],
    [[{ op: 'frob', path: '/a' }]],
    [[{ op: 'add', path: '/__proto__/polluted', value: 1 }]],
    [[{ op: 'test', path: '/a', value: [] }]],
  ])('%j cannot be applied: 422', (patch) => {
    expect(() => applyJsonPatch({ a: [1] }, patch)).toThrow(expect.objectContaining({ code: 422 }));
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});

describe('merge patches', () => {
  test('the examples of RFC 7386', () => {
    expect(applyMergePatch({ a: 'b', c: { d: 'e', f: 'g' } }, { a: 'z', c: { f: null } })).toEqual({
      a: 'z',
      c: { d: 'e' },
    });
    expect(applyMergePatch({ a: [1, 2] }, { a: [3] })).toEqual({ a: [3] });
    expect(applyMergePatch({}, { a: { b: { c: null } } })).toEqual({ a: { b: {} } });
  });

  test('strategic: lists merge by their key, directives are obeyed', () => {
    const before = {
      ports: [{ containerPort: 80, name: 'http' }],
      volumes: [{ name: 'a' }, { name: 'b' }],
      args: ['x'],
    };
    expect(
      applyStrategicMergePatch(before, {
        ports: [{ containerPort: 80, name: 'web' }, { containerPort: 81 }],
      }),
    ).toMatchObject({
      ports: [{ containerPort: 81 }, { containerPort: 80, name: 'web' }],
    });
    expect(applyStrategicMergePatch(before, { volumes: [{ $patch: 'delete', name: 'a' }] })).toMatchObject({
      volumes: [{ name: 'b' }],
    });
    expect(
      applyStrategicMergePatch(before, { volumes: [{ $patch: 'replace' }, { name: 'c' }] }),
    ).toMatchObject({ volumes: [{ name: 'c' }] });
    expect(applyStrategicMergePatch(before, { args: ['y'] })).toMatchObject({ args: ['y'] });
    const strategy = { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } };
    expect(
      applyStrategicMergePatch(strategy, { strategy: { $retainKeys: ['type'], type: 'Recreate' } }),
    ).toEqual({ strategy: { type: 'Recreate' } });
  });

  test('strategic: what is not understood is refused rather than ignored', () => {
    expect(() => applyStrategicMergePatch({}, { '$deleteFromPrimitiveList/finalizers': ['x'] })).toThrow(
      /does not understand/,
    );
    expect(() => applyStrategicMergePatch({}, { containers: [{ image: 'x' }] })).toThrow(/merge key: name/);
  });
});
