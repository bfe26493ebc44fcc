import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startConsole, type LocalConsole } from '../../src/adapters/local/console/console.ts';
import type { ShopStatus } from '../../src/adapters/local/console/shop-html.ts';
import { findChromium, launchChromium } from '../support/browser.ts';
import { teachIncidents, type Seen } from '../support/incident-bot.ts';
import { APPROVER, ON_CALL, startSlackBench, type SlackBench } from '../support/slack-bench.ts';

const chromium = findChromium();
if (!chromium)
  console.warn('console.test.ts is skipped: no Chromium. Install Debian\'s "chromium" or set CHROMIUM_PATH.');

const log = { info: () => {}, warn: () => {} };

/** Runs in the browser: whether what only this person sees is in view. */
const ANSWER_IN_VIEW = `(() => {
  const answer = document.querySelector('.message-private').getBoundingClientRect();
  const around = document.querySelector('#channel-scroll').getBoundingClientRect();
  return answer.top >= around.top && answer.bottom <= around.bottom;
})()`;

/** A shop that is healthy until somebody breaks it. */
function fakeShop() {
  let broken = false;
  return {
    status: (): Promise<ShopStatus> =>
      Promise.resolve({
        broken,
        services: [
          {
            name: 'checkout',
            release: '1.8.0',
            ready: 2,
            replicas: 2,
            p95Seconds: broken ? 2.4 : 0.08,
            errorRatio: 0,
            state: broken ? 'degraded' : 'healthy',
          },
        ],
      }),
    breakShop: (): Promise<void> => {
      broken = true;
      return Promise.resolve();
    },
  };
}

describe.skipIf(!chromium)('the console in a browser', () => {
  let browser: Browser;
  let bench: SlackBench;
  let local: LocalConsole;
  let page: Page;
  let seen: Seen;
  let troubles: string[];

  beforeAll(async () => {
    browser = await launchChromium(chromium ?? '');
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    bench = await startSlackBench();
    seen = teachIncidents(bench.bolt);
    local = await startConsole({ slack: bench.slack, shop: fakeShop(), log });
    page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: 'light' });
    page.setDefaultTimeout(8000);
    troubles = [];
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') troubles.push(message.text());
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(local.url)) troubles.push(`request to ${request.url()}`);
    });
  });
  afterEach(async () => {
    await page.close();
    await local.stop();
    await bench.stop();
    expect(troubles).toEqual([]);
  });

  const message = (text: string) => page.locator('#channel-messages .message', { hasText: text });
  async function send(text: string): Promise<void> {
    await page.locator('#composer-text').fill(text);
    await page.locator('#composer-text').press('Enter');
  }
  async function openIncident(person = ON_CALL): Promise<void> {
    await page.goto(`${local.url}/?as=${person.id}`);
    await send('/incident');
    await page.locator('.thread-bar', { hasText: '2 replies' }).waitFor();
  }

  test('starts empty and says what to do; breaking the shop shows', async () => {
    await page.goto(local.url);
    await page.getByText('Nothing is wrong.').waitFor();
    await page.locator('.service-healthy', { hasText: 'checkout' }).waitFor();
    await page.locator('.btn-break').click();
    await page.locator('.service-degraded', { hasText: '2.4 s' }).waitFor();
    expect(await page.locator('.btn-break').isDisabled()).toBe(true);
  });

  test('shows an incident, its thread, and replies as they come', async () => {
    await openIncident();
    await message('checkout is slow').locator('.thread-bar').click();
    const thread = page.locator('#thread-messages .message');
    await expect.poll(() => thread.count()).toBe(3);
    await page.locator('#reply-text').fill('@sitrep what changed?');
    await page.locator('#reply-text').press('Enter');
    await page.locator('#thread-messages .message', { hasText: 'I am looking.' }).waitFor();
    await page.locator('.thread-bar', { hasText: '4 replies' }).waitFor();
    expect(await page.locator('#thread-messages .slack_user').textContent()).toBe('@Sitrep');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('#thread').isVisible()).toBe(false);
  });

  test('asks before a button with a confirmation, then edits the message in place', async () => {
    await openIncident(APPROVER);
    await page.getByRole('button', { name: 'Approve rollback' }).click();
    await page.getByRole('button', { name: 'Not yet' }).click();
    await page.getByRole('button', { name: 'Approve rollback' }).click();
    expect(await page.locator('#confirm-text').textContent()).toContain('To 1.7.4');
    await page.getByRole('button', { name: 'Roll back', exact: true }).click();
    await page.getByText('approved the rollback').waitFor();
    expect(seen.actions).toEqual(['approve']);
    expect(await page.getByRole('button', { name: 'Approve rollback' }).count()).toBe(0);
    await page
      .locator('.message-private', { hasText: 'Only visible to you' })
      .getByText('Rolling back now.')
      .waitFor();
  });

  test('brings what answers a click into view where somebody has scrolled up', async () => {
    await openIncident(APPROVER);
    const { client } = bench.bolt;
    for (let n = 0; n < 20; n += 1)
      await client.chat.postMessage({ channel: bench.slack.channel.id, text: `later ${n}` });
    await message('later 19').waitFor();
    await page.getByRole('button', { name: 'Approve rollback' }).click();
    await page.getByRole('button', { name: 'Roll back', exact: true }).click();
    const answer = page.locator('.message-private', { hasText: 'Rolling back now.' });
    await answer.waitFor();
    await expect.poll(() => page.evaluate(ANSWER_IN_VIEW)).toBe(true);
  });

  test('sends what is chosen in selects and menus', async () => {
    await openIncident();
    await page.getByLabel('Severity').selectOption('minor');
    await page.getByLabel('More actions').click();
    await page.getByRole('button', { name: 'Why do you think so?' }).click();
    await expect.poll(() => seen.actions).toEqual(['minor', 'why']);
  });

  test("fills a modal: required fields, the app's own errors, every kind of input", async () => {
    await openIncident();
    await page.getByRole('button', { name: 'Reject' }).click();
    const modal = page.locator('#modal');
    await modal.getByRole('heading', { name: 'Reject the proposal' }).waitFor();
    await modal.getByRole('button', { name: 'Reject' }).click();
    await modal.locator('[data-input-block="reason"] .field-error', { hasText: 'required' }).waitFor();
    await modal.getByLabel('Reason').fill('no');
    await modal.getByLabel('Kind').selectOption('risky');
    await modal.getByRole('button', { name: 'Reject' }).click();
    await modal
      .locator('[data-input-block="reason"] .field-error', { hasText: 'Say a little more.' })
      .waitFor();
    await modal.getByLabel('Reason').fill('The cause is elsewhere');
    await modal.locator('summary', { hasText: 'People' }).click();
    await modal.getByLabel('@approver').check();
    await modal.getByLabel('In an hour').check();
    await modal.getByLabel('Mute').check();
    await modal.getByLabel('Valid until').fill('2030-01-02');
    await modal.getByRole('button', { name: 'Reject' }).click();
    await expect.poll(() => modal.isVisible()).toBe(false);
    expect(seen.submissions).toMatchObject([
      {
        reason: { text: { value: 'The cause is elsewhere' } },
        kind: { kind: { selected_option: { value: 'risky' } } },
        tell: { people: { selected_users: [APPROVER.id] } },
        again: { when: { selected_option: { value: 'hour' } } },
        also: { also: { selected_options: [{ value: 'mute' }] } },
        until: { date: { selected_date: '2030-01-02' } },
      },
    ]);
  });

  test('closes a modal with Escape', async () => {
    await openIncident();
    await page.getByRole('button', { name: 'Reject' }).click();
    await page.locator('#modal[open]').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('#modal').isVisible()).toBe(false);
    expect(bench.slack.workspace.modals(ON_CALL.id)).toEqual([]);
  });

  test('answers slash commands to the one who asked, and to nobody else', async () => {
    await page.goto(`${local.url}/?as=${ON_CALL.id}`);
    await send('/sitrep status');
    await message('status: one incident is open.').waitFor();
    await page.locator('input[value="U0APPROVER"]').check({ force: true });
    await page.waitForURL(/as=U0APPROVER/);
    await page.getByText('Nothing is wrong.').waitFor();
  });

  test('shows App Home as the app publishes it', async () => {
    await page.goto(`${local.url}/?as=${APPROVER.id}`);
    await page.getByRole('button', { name: 'App Home' }).click();
    await page.getByText('One proposal needs your').waitFor();
  });

  test('shows Markdown files', async () => {
    await page.goto(local.url);
    const { client } = bench.bolt;
    const content = '# Postmortem\n\n| At | What |\n|---|---|\n| 14:02 | slow |';
    await client.filesUploadV2({
      channel_id: bench.slack.channel.id,
      filename: 'postmortem.md',
      title: 'Postmortem draft',
      content,
    });
    await page.getByRole('button', { name: /Postmortem draft/ }).click();
    await page.locator('#file td', { hasText: '14:02' }).waitFor();
  });

  test('opens a permalink as a thread here', async () => {
    await openIncident();
    const { client } = bench.bolt;
    const channel = bench.slack.channel.id;
    const [root] = bench.slack.workspace.messages();
    const { permalink } = await client.chat.getPermalink({ channel, message_ts: root?.ts ?? '' });
    await client.chat.postMessage({ channel, text: `<${permalink}|Open the thread>` });
    await page.getByRole('link', { name: 'Open the thread' }).click();
    await expect.poll(() => page.locator('#thread-messages .message').count()).toBe(3);
  });

  test('is light or dark by the system, and by the switch', async () => {
    await page.goto(local.url);
    const background = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(await background()).toBe('rgb(255, 255, 255)');
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(background).toBe('rgb(26, 29, 33)');
    await page.getByLabel('Switch between light and dark').click();
    await expect.poll(background).toBe('rgb(255, 255, 255)');
    await page.reload();
    expect(await background()).toBe('rgb(255, 255, 255)');
  });

  test('treats outside text as text', async () => {
    await page.goto(local.url);
    const { client } = bench.bolt;
    const text = '<img src=x onerror=alert(1)> <javascript:alert(1)|here> <!channel>';
    const blocks = [{ type: 'section' as const, text: { type: 'mrkdwn' as const, text } }];
    await client.chat.postMessage({ channel: bench.slack.channel.id, text, blocks });
    await message('onerror').waitFor();
    expect(await page.locator('.message-content img, .message-content a').count()).toBe(0);
  });

  test('does not scroll sideways at 800 pixels', async () => {
    await page.setViewportSize({ width: 800, height: 700 });
    await openIncident();
    await message('checkout is slow').locator('.thread-bar').click();
    await page.locator('#thread-messages .message').first().waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(800);
  });
});
