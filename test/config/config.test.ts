import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';

const empty = mkdtempSync(join(tmpdir(), 'sitrep-config-'));

describe('readConfig', () => {
  it('works with nothing set: loopback, embedded, no Slack, no model', () => {
    expect(readConfig({}, empty)).toMatchObject({
      host: '127.0.0.1',
      port: 3000,
      databaseUrl: undefined,
      home: join(empty, '.sitrep'),
      slack: null,
      model: null,
      embeddings: null,
      team: null,
      stop: false,
    });
  });

  it('takes an empty variable for an absent one', () => {
    expect(readConfig({ OPENAI_API_KEY: '', OPENAI_BASE_URL: '', PORT: '' }, empty)).toMatchObject({
      model: null,
      embeddings: null,
      port: 3000,
    });
  });

  it.each([
    [{ PORT: '70000' }, /^PORT: /],
    [{ PROMETHEUS_URL: 'prometheus' }, /^PROMETHEUS_URL: /],
    [{ SLACK_BOT_TOKEN: 'xoxb-secret' }, /^SLACK_SIGNING_SECRET is missing/],
    [{ SLACK_BOT_TOKEN: 'xoxb-secret', SLACK_SIGNING_SECRET: 's' }, /^SLACK_CHANNEL is missing/],
    [{ SITREP_CONFIG: 'nowhere.yaml' }, /^SITREP_CONFIG: there is no file/],
  ])('refuses %j and never repeats a secret', (environment, message) => {
    expect(() => readConfig(environment, empty)).toThrow(message);
    expect(() => readConfig(environment, empty)).not.toThrow(/xoxb-secret/);
  });

  it('takes one or two secrets of each alert source, and no third', () => {
    const { webhooks } = readConfig(
      {
        SITREP_WEBHOOK_TOKEN: 'old, new',
        GITHUB_WEBHOOK_SECRET: 'one',
        SENTRY_CLIENT_SECRET: ' , ',
        SNS_TOPIC_ARNS: 'arn:a,arn:b',
      },
      empty,
    );
    expect(webhooks).toEqual({
      secrets: {
        SITREP_WEBHOOK_TOKEN: ['old', 'new'],
        GRAFANA_WEBHOOK_SECRET: [],
        PAGERDUTY_WEBHOOK_SECRET: [],
        SENTRY_CLIENT_SECRET: [],
        GITHUB_WEBHOOK_SECRET: ['one'],
      },
      snsTopics: ['arn:a', 'arn:b'],
    });
    const three = () => readConfig({ PAGERDUTY_WEBHOOK_SECRET: 'hush1,hush2,hush3' }, empty);
    expect(three).toThrow(/^PAGERDUTY_WEBHOOK_SECRET: at most two/);
    expect(three).not.toThrow(/hush/);
  });

  it('needs a token for a cluster that sitrep.yaml names', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sitrep-config-'));
    writeFileSync(join(folder, 'sitrep.yaml'), 'kubernetes: { url: https://k.example }\n');
    expect(() => readConfig({}, folder)).toThrow(
      /^KUBERNETES_TOKEN is missing, but kubernetes\.url .* executor, which only needs KUBERNETES_WRITE_TOKEN\. Take the token of a service account .* set it and start again/,
    );
    expect(readConfig({ KUBERNETES_TOKEN: 't' }, folder).kubernetes).toEqual({
      url: 'https://k.example',
      impersonation: null,
      token: 't',
      writeToken: null,
    });
  });

  it('reaches Fly only with a token, and by default at its own address', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sitrep-config-'));
    writeFileSync(join(folder, 'sitrep.yaml'), 'services: { web: { fly: { app: shop-web } } }\n');
    const { fly, team } = readConfig({ FLY_API_TOKEN: 't' }, folder);
    expect(fly).toEqual({ url: 'https://api.machines.dev', token: 't', writeToken: null });
    expect(team?.catalogue.get('web')?.fly).toEqual({ app: 'shop-web' });
    expect(readConfig({}, folder).fly).toBeNull();
    writeFileSync(join(folder, 'sitrep.yaml'), 'services: { web: { fly: { app: ../other } } }\n');
    expect(() => readConfig({}, folder)).toThrow(/services.web.fly.app: the name of a Fly app/);
  });
});
