import { describe, expect, it } from 'vitest';
import { checkedDesk } from '../../../src/adapters/slack/checked-desk.ts';
import { fakeDesk } from '../../support/fake-desk.ts';

const about = { person: 'U1', proposalId: 'p1', digest: 'd', reason: 'r', incidentId: 7 };
const asked = ['approve', 'reject', 'undo', 'resolve', 'silence', 'unsilence', 'resume', 'propose'] as const;

describe.each(asked)('%s', (name) => {
  it('reaches the desk where nothing speaks against the person', async () => {
    const desk = fakeDesk();
    const whyNot = async (person: string) => (person === 'U1' ? null : 'no');
    expect(await checkedDesk(desk, whyNot, 'slack')[name](about as never)).toEqual(desk.answer);
    const by = name === 'approve' || name === 'reject' ? { via: 'slack' } : {};
    expect(desk.asked).toEqual([{ name, request: { ...about, ...by } }]);
  });

  it('is refused, with the reason, and put on record otherwise', async () => {
    const desk = fakeDesk();
    const answer = await checkedDesk(desk, async () => 'Guests cannot.', 'slack')[name](about as never);
    expect(answer).toEqual({ ok: false, text: 'Guests cannot.' });
    expect(desk.asked).toEqual([
      {
        name: 'refused',
        request: { person: 'U1', asked: name, why: 'Guests cannot.', proposalId: 'p1', via: 'slack' },
      },
    ]);
  });
});

it('puts on record what was about no proposal', async () => {
  const desk = fakeDesk();
  const checked = checkedDesk(desk, async () => 'no', 'slack');
  await checked.resume({ person: 'U1' });
  await checked.undo({ person: 'U1', proposalId: 7 as never });
  expect(desk.asked.map(({ request }) => request)).toEqual([
    { person: 'U1', asked: 'resume', why: 'no', proposalId: null, via: 'slack' },
    { person: 'U1', asked: 'undo', why: 'no', proposalId: null, via: 'slack' },
  ]);
});

it.each(['stop', 'note', 'label'] as const)('lets anybody %s', async (name) => {
  const told = name === 'stop' ? { ...about, via: 'slack' } : about;
  const desk = fakeDesk();
  const checked = checkedDesk(desk, async () => 'no', 'slack');
  expect(await checked[name](about as never)).toEqual(desk.answer);
  expect(desk.asked).toEqual([{ name, request: told }]);
});
