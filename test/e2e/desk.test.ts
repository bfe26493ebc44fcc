import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deskPage } from '../../src/adapters/http/desk-page.ts';
import { PAGE_DOOR } from '../../src/adapters/http/door.ts';
import { terminalHandler } from '../../src/adapters/http/terminal.ts';
import { findChromium, launchChromium } from '../support/browser.ts';
import { fakeDesk } from '../support/fake-desk.ts';
import { aProposal } from '../support/incident-view.ts';
import { KEY, KEYED_PEOPLE } from '../support/keyed-people.ts';
import { APPROVER } from '../support/loop.ts';

const chromium = findChromium();
if (!chromium)
  console.warn('desk.test.ts is skipped: no Chromium. Install Debian\'s "chromium" or set CHROMIUM_PATH.');

const people = KEYED_PEOPLE;
const plainOne = aProposal();
const typed = {
  ...aProposal({ title: '<img src=x onerror=alert(1)>' }),
  id: '00000000-0000-4000-8000-000000000002',
};
const other = { ...aProposal(), id: '00000000-0000-4000-8000-000000000003' };
const waiting = [plainOne, { ...typed, consent: { ...typed.consent, confirm: 'typed' as const } }, other];

describe.skipIf(!chromium)('the page for while Slack is down', () => {
  const desk = fakeDesk();
  let browser: Browser;
  let page: Page;
  let server: Server;
  const troubles: string[] = [];

  beforeAll(async () => {
    const parts = {
      people,
      desk,
      awaiting: async () => waiting.map((proposal) => ({ proposal })),
      door: PAGE_DOOR,
    };
    const handle = deskPage(terminalHandler(parts));
    server = createServer((request, response) => void handle(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    browser = await launchChromium(chromium ?? '');
    page = await browser.newPage({ viewport: { width: 1000, height: 1400 } });
    page.setDefaultTimeout(8000);
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('dialog', (dialog) => troubles.push(dialog.message()));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  });
  afterAll(async () => {
    await browser.close();
    await new Promise((resolve) => server.close(resolve));
  });

  async function show(key: string): Promise<void> {
    await page.getByLabel('Name or Slack id').fill('approver');
    await page.getByLabel('Key').fill(key);
    await page.getByRole('button', { name: 'Show what waits' }).click();
  }

  test('says what is wrong with a key', async () => {
    await show('x'.repeat(43));
    await page.getByText('the key does not belong to this person').waitFor();
    expect(await page.locator('article').count()).toBe(0);
  });

  test('shows each card whole, and text from outside as text', async () => {
    await show(KEY);
    await page.getByText('3 waiting.').waitFor();
    expect(await page.locator('pre').allTextContents()).toEqual(
      waiting.map(({ consent }) => consent.card.join('\n')),
    );
    expect(await page.locator('h2').nth(1).textContent()).toBe('<img src=x onerror=alert(1)>');
    if (process.env['SCREENSHOT']) await page.screenshot({ path: process.env['SCREENSHOT'] });
  });

  test('approves and rejects exactly what is shown', async () => {
    const [first, second, third] = [0, 1, 2].map((at) => page.locator('article').nth(at));
    await first?.getByRole('button', { name: 'Approve' }).click();
    await page.getByText(desk.answer.text).waitFor();
    expect(await first?.getByRole('button').count()).toBe(0);
    await second?.getByLabel('To approve, type the name of the target').fill('shop/pricing');
    await second?.getByRole('button', { name: 'Approve' }).click();
    await third?.getByLabel('Why not').fill('too risky');
    await third?.getByRole('button', { name: 'Reject' }).click();
    await expect.poll(() => desk.asked.filter(({ name }) => name !== 'refused').length).toBe(3);
    await page.setViewportSize({ width: 1000, height: 300 });
    await third?.locator('pre').scrollIntoViewIfNeeded();
    expect((await page.locator('#said').boundingBox())?.y).toBe(0);
    const by = { person: APPROVER, via: 'console' };
    expect(desk.asked.filter(({ name }) => name !== 'refused')).toEqual([
      { name: 'approve', request: { ...by, proposalId: plainOne.id, digest: plainOne.digest } },
      {
        name: 'approve',
        request: { ...by, proposalId: typed.id, digest: typed.digest, typed: 'shop/pricing' },
      },
      { name: 'reject', request: { ...by, proposalId: other.id, reason: 'too risky' } },
    ]);
    expect(troubles).toEqual([]);
  });
});
