import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { changeStore } from '../../src/adapters/postgres/store/changes.ts';
import { intakeStore } from '../../src/adapters/postgres/store/intake.ts';
import type { Database } from '../../src/adapters/postgres/sql.ts';
import { sources } from '../../src/receive/sources.ts';
import { createReceiver } from '../../src/receive/receive.ts';
import { createHmac } from 'node:crypto';
import { accessWith } from '../support/access.ts';
import { testDatabase } from '../support/database.ts';

const AT = new Date('2026-11-02T10:00:00Z');
const repository = { full_name: 'acme/shop', name: 'shop', default_branch: 'main' };
const SHA = 'c'.repeat(40);

// Shapes of https://docs.github.com/en/webhooks/webhook-events-and-payloads, cut down to what is read.
const PUSH = {
  ref: 'refs/heads/main',
  forced: false,
  repository,
  commits: [
    {
      id: SHA,
      message: 'Raise the pool size\n\nFewer waits.',
      timestamp: '2026-11-02T10:58:00+01:00',
      url: `https://github.com/acme/shop/commit/${SHA}`,
      author: { name: 'a developer', email: 'dev@shop.example' },
      added: [],
      removed: [],
      modified: ['config/pool.yaml'],
    },
  ],
};
const DEPLOYED = {
  repository,
  deployment: {
    id: 5,
    sha: SHA,
    ref: 'main',
    task: 'deploy',
    environment: 'production',
    created_at: '2026-11-02T09:50:00Z',
    payload: { service: 'pricing' },
  },
  deployment_status: {
    state: 'failure',
    environment: 'production',
    created_at: '2026-11-02T09:55:00Z',
    updated_at: '2026-11-02T09:55:00Z',
  },
};

const said = (source: string, body: unknown, event = '') =>
  sources.get(source)!.parse(body, { source, headers: { 'x-github-event': event } }, AT);

describe('github', () => {
  test('a push to the default branch is commits whose details are read later; other branches are nothing', () => {
    expect(said('github', PUSH, 'push').changes).toMatchObject([
      {
        kind: 'commit',
        repo: 'acme/shop',
        key: SHA,
        at: new Date('2026-11-02T09:58:00Z'),
        subject: 'Raise the pool size',
        body: 'Fewer waits.',
        files: [{ path: 'config/pool.yaml' }],
        complete: false,
      },
    ]);
    expect(said('github', { ...PUSH, ref: 'refs/heads/mine' }, 'push').changes).toEqual([]);
  });

  test('a failed deployment is an alert as before, and a change', () => {
    const { alerts, changes } = said('github', DEPLOYED, 'deployment_status');
    expect(alerts).toMatchObject([{ name: 'Deployment to production failed' }]);
    expect(changes).toMatchObject([
      {
        kind: 'deploy',
        key: '5',
        sha: SHA,
        service: 'pricing',
        at: new Date('2026-11-02T09:55:00Z'),
        complete: true,
        subject: 'main to production (failure)',
      },
    ]);
    const pending = { ...DEPLOYED, deployment_status: { state: 'pending' } };
    expect(said('github', pending, 'deployment_status').changes).toMatchObject([{ complete: false }]);
  });

  test('a message whose change does not fit still gives its alert', () => {
    const odd = { ...DEPLOYED, deployment: { ...DEPLOYED.deployment, id: {} } };
    expect(said('github', odd, 'deployment_status')).toMatchObject({ alerts: [{}], changes: [] });
  });

  test('only a merged pull request is a change; a published release is one', () => {
    const pull = {
      number: 9,
      title: 'Pool',
      body: null,
      html_url: 'https://github.com/x',
      user: { login: 'dev' },
      merged_at: '2026-11-02T09:00:00Z',
      merge_commit_sha: SHA,
    };
    const body = { action: 'closed', repository, pull_request: pull };
    expect(said('github', body, 'pull_request').changes).toMatchObject([
      { kind: 'pull_request', key: '9', sha: SHA },
    ]);
    const unmerged = { ...body, pull_request: { ...pull, merged_at: null } };
    expect(said('github', unmerged, 'pull_request').changes).toEqual([]);
    const release = {
      id: 3,
      tag_name: 'v2',
      name: null,
      target_commitish: 'main',
      published_at: '2026-11-02T09:00:00Z',
    };
    expect(said('github', { action: 'published', repository, release }, 'release').changes).toMatchObject([
      { kind: 'deploy', key: 'release 3', subject: 'release v2' },
    ]);
  });
});

describe('flags', () => {
  test.each([
    [
      'ours',
      { flag: 'fast', before: false, after: true, at: '2026-11-02T09:00:00Z', environment: 'production' },
      'fast',
      'true',
    ],
    [
      'Unleash',
      {
        id: 4,
        type: 'feature-environment-enabled',
        createdBy: 'admin',
        createdAt: '2026-11-02T09:00:00Z',
        featureName: 'fast',
        environment: 'production',
        project: 'default',
        data: null,
        preData: null,
      },
      'fast',
      'enabled',
    ],
    [
      'LaunchDarkly',
      {
        _id: 'x',
        kind: 'flag',
        name: 'Fast',
        date: Date.UTC(2026, 10, 2, 9),
        titleVerb: 'turned on the flag',
        accesses: [{ action: 'updateOn', resource: 'proj/default:env/production:flag/fast' }],
      },
      'fast',
      'on',
    ],
    [
      'a CloudEvent',
      {
        specversion: '1.0',
        id: '1',
        source: '/flagd',
        type: 'flag.changed',
        time: '2026-11-02T09:00:00Z',
        data: { flag: 'fast', after: 'true', environment: 'production' },
      },
      'fast',
      'true',
    ],
  ])('the message of %s is a switched flag', (_, body, key, after) => {
    expect(said('flags', body).changes).toMatchObject([
      { kind: 'flag', at: new Date('2026-11-02T09:00:00Z'), environment: 'production', flag: { key, after } },
    ]);
  });

  test('what names no flag is refused', () => {
    expect(() => said('flags', { on: true })).toThrow('flag');
  });
});

describe('hostile deliveries', () => {
  let db: Database;
  beforeAll(async () => {
    db = await testDatabase();
  });
  afterEach(() => db.query('truncate change, delivery'));
  afterAll(() => db.close());

  const HOSTILE =
    '<!channel> <https://evil.example|x> \u0000 \ud800 \u202e \'); drop table change;-- $1 {"a"}';
  const SECRETS = { GITHUB_WEBHOOK_SECRET: ['s3cret'], SITREP_WEBHOOK_TOKEN: ['a-token'] };
  const receiver = () =>
    createReceiver({
      access: accessWith(SECRETS),
      transaction: (work) => db.tx((sql) => work(intakeStore(sql))),
      ring: () => {},
      isAway: () => false,
    });
  const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  const hook = (body: Uint8Array, event: string, id: string, signed = body) => ({
    source: 'github',
    headers: {
      'content-type': 'application/json',
      'x-github-event': event,
      'x-github-delivery': id,
      'x-hub-signature-256': `sha256=${createHmac('sha256', 's3cret').update(signed).digest('hex')}`,
    },
    body,
  });
  const flag = (body: unknown, token = 'a-token') => ({
    source: 'flags',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: bytes(body),
  });
  const kept = (repo = 'acme/shop') =>
    changeStore(db).changes({ repos: [repo], since: new Date(0), until: new Date('2100-01-01') });

  test('names of branches, files and flags are inert wherever they stand, and stop nothing', async () => {
    const receive = receiver();
    const branch = `main${HOSTILE}`;
    const push = {
      ref: `refs/heads/${branch}`,
      repository: { ...repository, default_branch: branch },
      commits: [{ ...PUSH.commits[0], message: HOSTILE, url: 'javascript:alert(1)', added: [HOSTILE] }],
    };
    const deploy = {
      ...DEPLOYED,
      deployment: {
        ...DEPLOYED.deployment,
        ref: HOSTILE,
        environment: HOSTILE,
        payload: { service: HOSTILE },
      },
    };
    expect(await receive(hook(bytes(push), 'push', HOSTILE))).toMatchObject({ taken: true });
    expect(await receive(hook(bytes(deploy), 'deployment_status', '2'))).toMatchObject({
      taken: true,
      alerts: 1,
    });
    expect(
      await receive(
        flag({ flag: HOSTILE, before: { [HOSTILE]: HOSTILE }, after: HOSTILE, service: HOSTILE }),
      ),
    ).toMatchObject({ taken: true });
    const all = await kept();
    expect(all.map(({ kind }) => kind).sort()).toEqual(['commit', 'deploy', 'flag']);
    // Marks of Slack are escaped where a card is rendered; the record keeps no unseen or half characters.
    const texts = all.flatMap(({ subject, files, service, flag: one }) => [
      ...[subject, service ?? '', one?.key ?? '', one?.before ?? '', one?.after ?? ''],
      ...files.map(({ path }) => path),
    ]);
    expect(texts.filter((text) => /[\0\u202e]/.test(text) || !text.isWellFormed())).toEqual([]);
    expect(all.map(({ url }) => url)).toEqual([null, null, null]);
  });

  test('a signature of another body, a wrong token and another repository change nothing here', async () => {
    const receive = receiver();
    const other = { ...PUSH, repository: { ...repository, full_name: 'acme/elsewhere' } };
    expect(await receive(hook(bytes(other), 'push', '1', bytes(PUSH)))).toMatchObject({
      refusal: { status: 401 },
    });
    expect(await receive(flag({ flag: 'x' }, 'wrong'))).toMatchObject({ refusal: { status: 401 } });
    expect(await receive(hook(bytes(other), 'push', '1'))).toMatchObject({ taken: true });
    expect(await kept()).toEqual([]);
  });

  test('an older word on a deployment, sent again under a new delivery id, does not undo the newer', async () => {
    const receive = receiver();
    const ended = (state: string, at: string) =>
      bytes({ ...DEPLOYED, deployment_status: { state, created_at: at } });
    const good = ended('success', '2026-11-02T09:52:00Z');
    await receive(hook(good, 'deployment_status', '1'));
    await receive(hook(ended('failure', '2026-11-02T09:55:00Z'), 'deployment_status', '2'));
    await receive(hook(good, 'deployment_status', '3'));
    await receive(
      hook(bytes({ ...DEPLOYED, deployment_status: { state: 'pending' } }), 'deployment_status', '4'),
    );
    expect(await kept()).toMatchObject([
      { subject: 'main to production (failure)', at: new Date('2026-11-02T09:55:00Z'), complete: true },
    ]);
  });

  test('two thousand commits or a thousand flags are taken at once; more flags are refused with the reason', async () => {
    const receive = receiver();
    const commits = Array.from({ length: 2048 }, (_, place) => ({
      ...PUSH.commits[0],
      id: place.toString(16).padStart(40, '0'),
    }));
    expect(await receive(hook(bytes({ ...PUSH, commits }), 'push', '1'))).toMatchObject({ taken: true });
    const flags = (count: number) => Array.from({ length: count }, (_, place) => ({ flag: `f${place}` }));
    expect(await receive(flag(flags(1000)))).toMatchObject({ taken: true });
    expect(await receive(flag(flags(1001)))).toMatchObject({ refusal: { status: 400 } });
    const { rows } = await db.query<{ n: number }>('select count(*)::int as n from change');
    expect(rows).toEqual([{ n: 3048 }]);
  });
});

describe('a signed delivery', () => {
  let db: Database;
  beforeAll(async () => {
    db = await testDatabase();
  });
  afterAll(() => db.close());

  test('is committed before it is acknowledged, once however often it comes, and never unsigned', async () => {
    const receive = createReceiver({
      access: accessWith({ GITHUB_WEBHOOK_SECRET: ['s3cret'] }),
      transaction: (work) => db.tx((sql) => work(intakeStore(sql))),
      ring: () => {},
      isAway: () => false,
    });
    const body = new TextEncoder().encode(JSON.stringify(PUSH));
    const signature = (secret: string) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
    const delivery = (secret: string, id: string) => ({
      source: 'github',
      headers: {
        'content-type': 'application/json',
        'x-github-event': 'push',
        'x-github-delivery': id,
        'x-hub-signature-256': signature(secret),
      },
      body,
    });
    const kept = () =>
      changeStore(db).changes({ repos: ['acme/shop'], since: new Date(0), until: new Date('2027-01-01') });
    expect(await receive(delivery('wrong', '1'))).toMatchObject({ taken: false });
    expect(await kept()).toEqual([]);
    expect(await receive(delivery('s3cret', '1'))).toMatchObject({ taken: true, alerts: 0 });
    expect(await receive(delivery('s3cret', '1'))).toMatchObject({ taken: true });
    expect(await receive(delivery('s3cret', '2'))).toMatchObject({ taken: true });
    expect(await kept()).toMatchObject([{ key: SHA }]);
  });
});
