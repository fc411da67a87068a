// Browser tests for keys and presets: the snippets really upload and the presets really render.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { enter, go, launch, picture, waitForToast, upload } from './browser.js';
import { pictureFile } from './pictures.js';
import { startServer } from './server.js';

/** A name with characters that a shell, curl and a form each parse differently. */
const ODD = `it's "odd" \\ é;.png`;

let browser, server, folder;
before(async () => {
  [browser, server, folder] = await Promise.all([launch(), startServer(), mkdtemp(join(tmpdir(), 'vitrine-snippets-'))]);
  for (const name of ['picture.png', ODD]) await writeFile(join(folder, name), pictureFile(name).buffer);
  // Fake flameshot and xclip: the screenshot is $SHOT, empty when cancelled, and the clipboard is a file.
  await writeFile(join(folder, 'flameshot'), '#!/bin/sh\ncat "$SHOT"\n', { mode: 0o755 });
  await writeFile(join(folder, 'xclip'), '#!/bin/sh\ncat > clipboard\n', { mode: 0o755 });
});
after(async () => {
  await browser?.close();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

const shell = (script, ...more) => spawnSync('sh', ['-c', script, 'sh', ...more], { cwd: folder, encoding: 'utf8' });

test('a key is shown once, its snippets upload, and they fail after it is revoked', async (t) => {
  const page = await enter(t, browser, server, { hash: '#/keys' });
  await page.click('[data-action="new-key"]');
  await page.fill('[name="key-name"]', 'The laptop');
  await page.click('[data-action="make-key"]');
  const secret = await page.locator('[data-secret]').innerText();
  assert.match(secret, /^sk_[A-Za-z0-9]{40}$/);

  const curl = await page.locator('[data-snippet="curl"]').innerText();
  const first = shell(curl);
  assert.match(JSON.parse(first.stdout).original, /^http:/);

  await page.selectOption('[data-snippets]', 'typora');
  const script = await page.locator('[data-snippet="typora"]').innerText();
  const printed = shell(script, 'picture.png', ODD).stdout.trim().split('\n');
  assert.equal(printed.length, 2);
  for (const url of printed) assert.equal((await fetch(url)).status, 200, url);

  await page.selectOption('[data-snippets]', 'flameshot');
  const shooting = await page.locator('[data-snippet="flameshot"]').innerText();
  shell(`PATH=.:$PATH SHOT=picture.png; export PATH SHOT; ${shooting}`);
  const shot = await readFile(join(folder, 'clipboard'), 'utf8');
  assert.equal((await fetch(shot)).status, 200, shot);
  shell(`PATH=.:$PATH SHOT=/dev/null; export PATH SHOT; ${shooting}`);
  assert.equal(await readFile(join(folder, 'clipboard'), 'utf8'), shot, 'who calls it off keeps what was copied');

  // A click next to a dialog that is shown once does not close it.
  await page.mouse.click(5, 5);
  await page.selectOption('[data-snippets]', 'sharex');
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('[data-action="save-snippet"]')]);
  assert.equal(download.suggestedFilename(), 'vitrine.sxcu');
  const sxcu = JSON.parse(await readFile(await download.path(), 'utf8'));
  assert.equal(sxcu.RequestURL, `${server.base}/upload`);

  await page.getByRole('button', { name: 'Done' }).click();
  await page.reload();
  await page.waitForSelector('[data-key="The laptop"]');
  assert.equal((await page.content()).includes(secret), false, 'the secret is shown once');
  await page.getByText('last used').waitFor();

  await page.click('[data-key="The laptop"] [data-action="revoke"]');
  await page.click('[data-dialog="revoke"] [data-action="confirm"]');
  await waitForToast(page, 'The laptop revoked');
  assert.match(shell(curl).stdout, /error/);
});

test('a preset is previewed before it is saved, and its address serves the variant', async (t) => {
  const page = await enter(t, browser, server);
  await upload(page, [pictureFile('wide.png', { width: 300, height: 100, shade: 200 })]);
  await picture(page, 'wide.png').waitFor();
  await go(page, 'presets');
  await page.click('[data-action="new-preset"]');
  await page.fill('[name="preset-name"]', 'Card');
  await page.fill('[name="width"]', '60');
  await page.fill('[name="height"]', '60');
  await page.selectOption('[data-dialog="new-preset"] .crop select', 'cover');
  await page.locator('figcaption', { hasText: '60 × 60' }).waitFor();
  await page.click('[data-action="make-preset"]');
  const address = await page.locator('[data-preset="card"] .address').innerText();
  const size = await page.evaluate(
    (address) =>
      new Promise((resolve, reject) => {
        const image = new Image();
        image.onload = () => resolve([image.naturalWidth, image.naturalHeight]);
        image.onerror = reject;
        image.src = address;
      }),
    address,
  );
  assert.deepEqual(size, [60, 60]);
  await page.click('[data-action="new-preset"]');
  await page.fill('[name="preset-name"]', 'Card');
  await page.click('[data-action="make-preset"]');
  await page.locator('[data-dialog="new-preset"] [role="alert"]').waitFor();
  await page.keyboard.press('Escape');
  await page.click('[data-preset="card"] [data-action="delete-preset"]');
  await page.click('[data-dialog="delete-preset"] [data-action="confirm"]');
  await page.locator('[data-preset="card"]').waitFor({ state: 'detached' });
});
