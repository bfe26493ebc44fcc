import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  contentHash,
  dataHash,
  GENESIS,
  incidentOf,
  isErasure,
  linkHash,
  whyNotNext,
  type AuditLine,
} from '../../src/incident/audit-chain.ts';
import { earlierLine, nextLine, relinked } from '../support/audit-lines.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

// Exports outlive versions, so that these bytes may never change.
describe('the hashes of a link', () => {
  it('cover the salt and the content, the entry, and the link before', () => {
    expect(GENESIS).toBe('0'.repeat(64));
    expect(dataHash({ salt: 's', data: { b: 1, a: 2 } })).toBe(sha256('s\n{"a":2,"b":1}'));
    const entry = { at: 't', incidentId: 1, proposal: null, actor: 'a', kind: 'k', dataHash: 'd' };
    expect(contentHash(entry)).toBe(
      sha256('{"actor":"a","at":"t","dataHash":"d","incidentId":1,"kind":"k","proposal":null}'),
    );
    expect(linkHash('before', 7, 'content')).toBe(sha256('before\n7\ncontent'));
  });
});

describe('the next link', () => {
  const first = nextLine(undefined);
  const second = nextLine(first);
  const before = { seq: 0, hash: GENESIS };

  it.each<[string, AuditLine, { seq: number; hash: string }, string | null]>([
    ['fits', first, before, null],
    ['fits after another', second, first, null],
    ['of an earlier version fits', earlierLine(first), first, null],
    ['fits without its content', { ...second, content: 'sealed' }, first, null],
    ['is not there', second, before, 'it is missing; the line in its place has number 2'],
    ['is the same once more', first, first, 'it is missing; the line in its place has number 1'],
    [
      'names another one',
      relinked({ ...second }, { ...first, hash: 'ab' }),
      first,
      'it does not name the link before it',
    ],
    ['has another content', { ...second, content: { salt: 's', data: 1 } }, first, 'its content was changed'],
    ['has another hash', { ...second, hash: 'ab' }, first, 'its hash does not fit'],
    [
      'has another entry',
      { ...second, entry: { ...second.entry, kind: 'x' } },
      first,
      'its hash does not fit',
    ],
  ])('%s', (_, line, link, why) => {
    expect(whyNotNext(line, link)).toBe(why);
  });

  it('of an earlier version must have the content, and the incident, that its hash covers', () => {
    const line = earlierLine(undefined) as Extract<AuditLine, { contentHash: string }>;
    const content = { ...(line.content as object), actor: 'U0' } as typeof line.content;
    expect(whyNotNext({ ...line, content }, before)).toBe('its content was changed');
    expect(whyNotNext({ ...line, incidentId: 2 }, before)).toBe('its content was changed');
    expect(whyNotNext({ ...line, incidentId: 2, content: 'erased' }, before)).toBeNull();
    expect(whyNotNext({ ...line, contentHash: 'ab', content: 'sealed' }, before)).toBe(
      'its hash does not fit',
    );
  });
});

it('tells the incident of a line of either form, and which line says that contents were erased', () => {
  const erasure = nextLine(undefined, { incidentId: 7, kind: 'contents.erased' });
  const earlier = earlierLine(undefined, { incidentId: 8, kind: 'contents.erased' });
  expect([incidentOf(erasure), incidentOf(earlier)]).toEqual([7, 8]);
  expect([isErasure(erasure), isErasure(earlier), isErasure(nextLine(undefined))]).toEqual([
    true,
    false,
    false,
  ]);
});
