// Browser tests for everyday failures: none of them may lose an image or typed text.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { enter, go, launch, open, picture, waitForToast, signIn, upload } from './browser.js';
import { pictureFile } from './pictures.js';
import { startServer } from './server.js';

let browser, server;
before(async () => ([browser, server] = await Promise.all([launch(), startServer({ accounts: ['anna', 'ben', 'carl', 'dora', 'emil', 'finn', 'gerd', 'hans'] })])));
after(async () => {
  await browser?.close();
  await server?.stop();
});

const enterAs = (t, name) => enter(t, browser, server, { name });

/** Blocks every upload until the returned function is called. */
async function holdUploads(page) {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await page.route('**/api/dashboard/images', async (route) => {
    if (route.request().method() === 'POST') await held;
    await route.continue().catch(() => undefined);
  });
  return release;
}

test('an expiry date can be typed digit by digit without deleting the image, and a past date is rejected', async (t) => {
  const page = await enterAs(t, 'anna');
  await upload(page, [pictureFile('kept.png')]);
  await picture(page, 'kept.png').click();
  const end = page.locator('[data-metadata] [name="expires"]');
  await end.fill('2098-12-31T10:00');
  await end.click({ position: { x: 12, y: 12 } });
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.type('2099');
  const sent = page.waitForRequest((request) => request.method() === 'PATCH');
  await page.locator('[data-metadata] [name="tags"]').focus();
  assert.match((await sent).postDataJSON().expiresAt, /^2099-/);
  await end.fill('2001-01-01T10:00');
  await page.locator('[data-metadata] [name="tags"]').focus();
  await waitForToast(page, 'must be in the future');
  assert.match(await end.inputValue(), /^2099-/);
  await page.reload();
  await page.waitForSelector('[data-metadata]');
});

test('edits are saved however the detail view is closed', async (t) => {
  const page = await enterAs(t, 'ben');
  await upload(page, [pictureFile('said.png')]);
  const leave = [() => page.keyboard.press('Escape'), () => page.goBack(), () => page.mouse.click(20, 400)];
  for (const [at, away] of leave.entries()) {
    await picture(page, 'said.png').click();
    await page.fill('[data-metadata] [name="title"]', `Title ${at}`);
    await away();
    await page.locator('[data-dialog="detail"]').waitFor({ state: 'detached' });
    await picture(page, 'said.png').click();
    await page.getByRole('heading', { name: `Title ${at}` }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('[data-dialog="detail"]').waitFor({ state: 'detached' });
  }
});

test('uploads continue on other screens and end when another user signs in', async (t) => {
  const page = await enterAs(t, 'carl');
  const release = await holdUploads(page);
  await page.setInputFiles('input[type="file"][multiple]', ['1', '2', '3', '4', '5'].map((name, at) => pictureFile(`${name}.png`, { shade: at })));
  await page.locator('[data-job="queued"]').first().waitFor();
  await go(page, 'keys');
  await page.waitForSelector('[data-upload-panel="active"]');
  release();
  await page.waitForSelector('[data-upload-panel="finished"]');
  await go(page, 'gallery');
  await page.locator('[data-image]').nth(4).waitFor();

  await page.setInputFiles('input[type="file"][multiple]', [{ name: 'no.txt', mimeType: 'text/plain', buffer: Buffer.from('no picture') }]);
  await page.waitForSelector('[data-job="failed"]');
  await page.context().clearCookies();
  await page.evaluate(() => (location.hash = '#/keys'));
  await page.waitForSelector('[data-at="sign-in"]');
  await signIn(page, 'dora');
  assert.equal(await page.locator('[data-job]').count(), 0, 'what is one’s own is not sent as another');
});

test('an upload waits for a lost connection to return', async (t) => {
  const page = await enterAs(t, 'emil');
  await page.context().setOffline(true);
  await page.setInputFiles('input[type="file"][multiple]', [pictureFile('late.png')]);
  await page.getByText('No connection. Trying again soon.').waitFor();
  await page.fill('[data-search]', 'late');
  await page.getByText("Can't reach the server. Check that").waitFor();
  await page.context().setOffline(false);
  await picture(page, 'late.png').waitFor();
  await page.locator('[data-error-notice]').waitFor({ state: 'detached' });
});

test('a dropped folder creates a folder with the images in it', async (t) => {
  const page = await enterAs(t, 'finn');
  const place = await mkdtemp(join(tmpdir(), 'vitrine-dropped-'));
  t.after(() => rm(place, { recursive: true, force: true }));
  await mkdir(join(place, 'Trip', 'Day 1'), { recursive: true });
  await mkdir(join(place, 'Nothing'));
  await writeFile(join(place, 'Trip', 'a.png'), pictureFile('a.png', { shade: 1 }).buffer);
  await writeFile(join(place, 'Trip', 'Day 1', 'b.png'), pictureFile('b.png', { shade: 2 }).buffer);
  await writeFile(join(place, 'Trip', 'notes.txt'), 'no picture');
  const devtools = await page.context().newCDPSession(page);
  const drop = async (...files) => {
    const data = { items: [], files: files.map((file) => join(place, file)), dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop']) await devtools.send('Input.dispatchDragEvent', { type, x: 640, y: 400, data });
  };
  await drop('Nothing');
  await waitForToast(page, 'No pictures found in what you dropped');
  await drop('Trip');
  await page.waitForSelector('[data-upload-panel="finished"]');
  assert.equal(await page.locator('[data-job]').count(), 2);
  await page.click('[data-folder="Trip/Day 1"]');
  await picture(page, 'b.png').waitFor();
  await picture(page, 'a.png').waitFor({ state: 'detached' });
});

test('the delete dialog counts the images in a folder, including those another page just added', async (t) => {
  const page = await enterAs(t, 'gerd');
  await page.click('[data-action="add-folder"]');
  await page.fill('[data-dialog="folder"] input', 'Shared');
  await page.keyboard.press('Enter');
  await page.locator('[data-folder="Shared"][aria-current]').waitFor();
  const other = await page.context().newPage();
  await other.goto(`${server.base}/#/gallery`);
  await other.click('[data-folder="Shared"]');
  await other.setInputFiles('input[type="file"][multiple]', [pictureFile('new.png')]);
  await other.waitForSelector('[data-upload-panel="finished"]');
  await page.getByRole('button', { name: 'Actions for Shared' }).click();
  await page.click('[data-item="delete"]');
  await page.getByText('1 picture in it is deleted too').waitFor();
});

test('error messages are shown in the language of the page', async (t) => {
  const page = await open(t, browser, server, { locale: 'de-DE', hash: '#/sign-up' });
  await page.fill('[name="name"]', 'Ida Groß');
  await page.fill('[name="password"]', 'Correct horse 1');
  await page.fill('[name="again"]', 'Correct horse 1');
  await page.click('[data-action="join"]');
  await page.getByText('Sie haben dafür keine Berechtigung').waitFor();
  await page.goto(`${server.base}/#/gallery`);
  // With a capital first letter, as a phone's keyboard writes it.
  await signIn(page, 'Hans');
  await page.setInputFiles('input[type="file"][multiple]', [
    { name: 'empty.png', mimeType: 'image/png', buffer: Buffer.alloc(0) },
    { name: 'text.png', mimeType: 'image/png', buffer: Buffer.from('no picture') },
    { name: 'drawing.svg', mimeType: 'image/svg+xml', buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>') },
  ]);
  for (const sentence of ['Diese Datei ist leer.', 'Das ist kein Bild in einem unterstützten Format.', 'SVG-Bilder werden nicht unterstützt.']) {
    await page.locator('[data-job="failed"]').getByText(sentence).waitFor();
  }
  await go(page, 'account');
  await page.fill('[name="old-password"]', 'wrong');
  await page.fill('[name="new-password"]', 'Correct horse 2');
  await page.fill('[name="again"]', 'Correct horse 2');
  await page.click('[data-action="set-password"]');
  await page.getByText('Das aktuelle Passwort ist falsch').waitFor();
});

test('a screen that fails to load says why and can be retried', async (t) => {
  const page = await enter(t, browser, server, { name: 'owner' });
  const screens = ['keys', 'presets', 'server'];
  // The screens' modules are loaded before the connection is cut.
  for (const screen of screens) await go(page, screen);
  for (const screen of screens) {
    await go(page, 'gallery');
    await page.context().setOffline(true);
    await go(page, screen);
    await page.getByRole('alert').getByText("Can't reach the server. Check that").first().waitFor();
    await page.context().setOffline(false);
    while (await page.locator('[data-error-notice]').count()) {
      const before = await page.locator('[data-error-notice]').count();
      await page.locator('[data-error-notice] button').first().click();
      await page.locator('[data-error-notice]').nth(before - 1).waitFor({ state: 'detached' });
    }
  }
});
