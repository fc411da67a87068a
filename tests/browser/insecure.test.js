// Browser tests over plain http on a network address: not a secure context, so there is no `navigator.clipboard`.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { enter, go, launch, picture, waitForToast, upload } from './browser.js';
import { pictureFile } from './pictures.js';
import { startServer } from './server.js';

let browser, server;
before(async () => {
  [browser, server] = await Promise.all([launch(['--host-resolver-rules=MAP vitrine.test 127.0.0.2']), startServer({ ip: '127.0.0.2', host: 'vitrine.test' })]);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

test('links and secrets can be copied without a secure context', async (t) => {
  const page = await enter(t, browser, server);
  assert.equal(await page.evaluate(() => isSecureContext || navigator.clipboard !== undefined), false);
  await upload(page, [pictureFile('plain.png')]);
  await picture(page, 'plain.png').click({ modifiers: ['Control'] });
  await page.click('[data-menu="copy"]');
  await page.click('[data-item="url"]');
  await waitForToast(page, 'Link copied');
  await page.keyboard.press('Escape');
  assert.match(await pasted(page), /^http:\/\/vitrine\.test:\d+\/\w{10}$/);

  // Also in a dialog, which traps the focus.
  await go(page, 'keys');
  await page.click('[data-action="new-key"]');
  await page.fill('[name="key-name"]', 'x');
  await page.click('[data-action="make-key"]');
  const secret = await page.locator('[data-secret]').innerText();
  await page.click('[data-action="copy-secret"]');
  await waitForToast(page, 'Copied');
  await page.getByRole('button', { name: 'Done' }).click();
  await go(page, 'gallery');
  assert.equal(await pasted(page), secret);
});

/** Reads the clipboard by pasting it into the search field. */
async function pasted(page) {
  await page.waitForSelector('[data-search]');
  await page.fill('[data-search]', '');
  await page.focus('[data-search]');
  await page.keyboard.press('Control+v');
  return page.inputValue('[data-search]');
}
