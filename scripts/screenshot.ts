// node scripts/screenshot.ts [file]: starts Sitrep with the demo shop, breaks the shop, opens the thread and
// writes the picture that the README shows. Needs Chromium (CHROMIUM_PATH or /usr/bin/chromium) and, for the
// emoji in it, Debian's fonts-noto-color-emoji.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { readConfig } from '../src/config.ts';
import { start } from '../src/main.ts';
import { findChromium, launchChromium } from '../test/support/browser.ts';

const executable = findChromium();
if (!executable) throw new Error('There is no Chromium. Install Debian\'s "chromium" or set CHROMIUM_PATH.');
const file = process.argv[2] ?? join(import.meta.dirname, '../docs/console.png');
const home = mkdtempSync(join(tmpdir(), 'sitrep-screenshot-'));
const sitrep = await start({
  config: readConfig({ SITREP_HOME: home, PORT: '0' }, home),
  role: 'all',
  log: pino({ level: 'error' }, pino.destination(2)),
  onProgress: (text) => console.error(text),
});
const browser = await launchChromium(executable);
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, deviceScaleFactor: 1 });
  await page.goto(sitrep.url);
  await page.locator('[data-break]').first().click();
  await page
    .getByText(/\d+ repl(y|ies)/)
    .first()
    .click({ timeout: 60_000 });
  await page.getByText('Decide in the thread').first().waitFor({ timeout: 30_000 });
  await page.locator('#thread').getByRole('button', { name: 'Approve' }).first().waitFor({ timeout: 30_000 });
  // New messages scroll the thread to its end; the last card comes about a second a message.
  await page.waitForTimeout(5000);
  // As text, because this file is checked without the types of a browser.
  await page.evaluate(
    `[...document.querySelectorAll('#thread *')].filter((one) => one.children.length === 0 && one.textContent.startsWith('Roll pricing back')).at(-1)?.scrollIntoView({ block: 'start' })`,
  );
  await page.screenshot({ path: file });
  console.log(file);
} finally {
  await browser.close();
  await sitrep.stop();
  rmSync(home, { recursive: true, force: true });
}
