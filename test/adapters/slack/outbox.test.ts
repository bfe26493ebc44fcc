import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOutbox } from '../../../src/adapters/postgres/outbox.ts';
import { createRequestLog } from '../../../src/adapters/postgres/slack-requests.ts';
import type { Database } from '../../../src/adapters/postgres/sql.ts';
import { incidentOfThread, threadOf } from '../../../src/adapters/postgres/threads.ts';
import type { DueMessage, Outbox } from '../../../src/adapters/slack/outbox.ts';
import { testDatabase } from '../../support/database.ts';
import {
  FAST,
  forgetMessages,
  insertIncident,
  messageRows,
  wantMessages,
} from '../../support/message-rows.ts';

let db: Database;
let outbox: Outbox;
let incident: number;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());
beforeEach(async () => {
  await forgetMessages(db);
  outbox = createOutbox(db, FAST);
  incident = await insertIncident(db);
});

async function claim(leaseS = 30, from: Outbox = outbox): Promise<DueMessage | null> {
  return (await from.claim({ channel: 'C1', leaseS, lanes: 'all' })).message;
}

async function claimed(leaseS?: number): Promise<DueMessage> {
  const message = await claim(leaseS);
  if (message === null) throw new Error('nothing to claim');
  return message;
}

/** The place of a claimed message in its thread. */
const slotOf = (message: DueMessage | null): string | null =>
  message?.subject.kind === 'incident' ? message.subject.slot : null;

/** As if the lease of every claim had run out. */
const leasesEnd = (): Promise<unknown> =>
  db.query(`update message set not_before = now() - interval '1 second'`);

describe('claiming', () => {
  it('gives the root first and replies only when it stands', async () => {
    await wantMessages(db, incident, 'evidence', 'summary');
    const root = await claimed();
    expect(root).toMatchObject({
      subject: { slot: 'summary' },
      channel: 'C1',
      ts: null,
      threadTs: null,
      uncertain: false,
      wanted: 1,
    });
    expect(await claim()).toBeNull();
    await outbox.shown(root, '1.1');
    expect(await claimed()).toMatchObject({ subject: { slot: 'evidence' }, threadTs: '1.1', channel: 'C1' });
  });

  it('posts new roots before replies and before edits', async () => {
    await wantMessages(db, incident, 'summary');
    await outbox.shown(await claimed(), '1.1');
    await wantMessages(db, incident, 'summary', 'evidence');
    const other = await insertIncident(db);
    await wantMessages(db, other, 'summary');
    expect(await claimed()).toMatchObject({ subject: { incidentId: other, slot: 'summary' } });
    expect(await claimed()).toMatchObject({ subject: { incidentId: incident, slot: 'evidence' } });
    expect(await claimed()).toMatchObject({ subject: { incidentId: incident, slot: 'summary' }, ts: '1.1' });
    expect(await claim()).toBeNull();
  });

  it('keeps an incident in the channel in which it began', async () => {
    await wantMessages(db, incident, 'summary');
    await outbox.shown(await claimed(), '1.1');
    await wantMessages(db, incident, 'summary', 'evidence');
    expect((await outbox.claim({ channel: 'C2', leaseS: 30, lanes: 'all' })).message).toMatchObject({
      subject: { slot: 'evidence' },
      channel: 'C1',
    });
  });

  it('gives a message to one process only, until its lease ends, and says then that it is uncertain', async () => {
    await wantMessages(db, incident, 'summary');
    const other = createOutbox(db, FAST);
    expect(await claimed()).toMatchObject({ uncertain: false, attempts: 1 });
    expect(await claim(30, other)).toBeNull();
    await leasesEnd();
    expect(await claim(30, other)).toMatchObject({
      uncertain: true,
      attempts: 2,
    });
  });
});

describe('settling', () => {
  it('keeps wanting what was asked for while it was being sent', async () => {
    await wantMessages(db, incident, 'summary');
    const first = await claimed();
    await wantMessages(db, incident, 'summary');
    await outbox.shown(first, '1.1');
    expect(await claimed()).toMatchObject({ wanted: 2, ts: '1.1' });
  });

  it('coalesces ten changes into one edit', async () => {
    await wantMessages(db, incident, 'summary');
    await outbox.shown(await claimed(), '1.1');
    for (let time = 0; time < 10; time++) await wantMessages(db, incident, 'summary');
    await outbox.shown(await claimed(), '1.1');
    expect(await claim()).toBeNull();
  });

  it('notes when a message was first shown, once', async () => {
    await wantMessages(db, incident, 'summary');
    expect((await messageRows(db))[0]?.first_shown_at).toBeNull();
    await outbox.shown(await claimed(), '1.1');
    const [row] = await messageRows(db);
    expect(row?.first_shown_at).toBeInstanceOf(Date);
    await wantMessages(db, incident, 'summary');
    await outbox.shown(await claimed(), '1.1');
    expect((await messageRows(db))[0]?.first_shown_at).toEqual(row?.first_shown_at);
  });

  it('waits as long as it was told after a failure', async () => {
    await wantMessages(db, incident, 'summary');
    await outbox.failed(await claimed(), { error: 'Slack is away', afterS: 60, uncertain: false });
    expect(await claim()).toBeNull();
    expect((await messageRows(db))[0]).toMatchObject({
      last_error: 'Slack is away',
      sending: false,
      shown: 0,
    });
    await leasesEnd();
    expect(await claimed()).toMatchObject({ uncertain: false, attempts: 2 });
  });

  it('remembers that a message may have arrived', async () => {
    await wantMessages(db, incident, 'summary');
    await outbox.failed(await claimed(), { error: 'no answer', afterS: 0, uncertain: true });
    expect(await claimed()).toMatchObject({ uncertain: true });
  });

  it('does not listen to a claim that was overtaken', async () => {
    await wantMessages(db, incident, 'summary');
    const slow = await claimed();
    await leasesEnd();
    const quick = await claimed();
    await outbox.shown(slow, '6.6');
    expect((await messageRows(db))[0]).toMatchObject({ shown: 0, ts: null });
    await outbox.shown(quick, '1.1');
    await wantMessages(db, incident, 'summary');
    await claimed();
    await outbox.failed(slow, { error: 'late', afterS: 99, uncertain: false });
    await outbox.shown(slow, '6.6');
    expect((await messageRows(db))[0]).toMatchObject({
      shown: 1,
      ts: '1.1',
      sending: true,
      last_error: null,
    });
  });

  it('posts anew what was lost, and asks again only for what was never posted', async () => {
    await wantMessages(db, incident, 'summary');
    await outbox.shown(await claimed(), '1.1');
    await wantMessages(db, incident, 'evidence', 'proposal:x');
    await outbox.shown(await claimed(), '1.2');
    await outbox.skipped(await claimed());
    expect(await outbox.wantUnposted(incident, ['evidence', 'proposal:x'])).toBe(1);
    expect(slotOf(await claimed())).toBe('proposal:x');
    await outbox.lost(incident);
    expect(await claimed()).toMatchObject({ subject: { slot: 'summary' }, ts: null });
  });
});

it('tells of new messages', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = await outbox.onNew(resolve);
  await wantMessages(db, incident, 'summary');
  await promise;
  await stop();
});

it('finds the incident of a thread and the thread of an incident', async () => {
  await wantMessages(db, incident, 'summary');
  expect(await threadOf(db, incident)).toBeNull();
  await outbox.shown(await claimed(), '1.1');
  expect(await threadOf(db, incident)).toEqual({ channel: 'C1', ts: '1.1' });
  expect(await incidentOfThread(db, 'C1', '1.1')).toBe(incident);
  expect(await incidentOfThread(db, 'C2', '1.1')).toBeNull();
});

it('knows a request that came before, for an hour', async () => {
  const requests = createRequestLog(db);
  expect(await requests.isFirst('h')).toBe(true);
  expect(await requests.isFirst('h')).toBe(false);
  await db.query(`update slack_request set seen_at = now() - interval '2 hours'`);
  expect(await requests.isFirst('other')).toBe(true);
  expect((await db.query('select * from slack_request')).rowCount).toBe(1);
});
