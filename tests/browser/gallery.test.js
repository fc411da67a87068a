// Browser tests for the gallery: uploading, searching, selecting, folders and deleting.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { enter, go, launch, picture, waitForToast, upload } from './browser.js';
import { pictureFile } from './pictures.js';
import { startServer } from './server.js';

let browser, server;
before(async () => ([browser, server] = await Promise.all([launch(), startServer({ accounts: ['anna', 'ben', 'carl', 'dora', 'emil', 'finn'] })])));
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Each test has its own account, and so its own gallery. */
const enterAs = (t, name, how = {}) =>
  enter(t, browser, server, { name, permissions: ['clipboard-read', 'clipboard-write'], ...how });

const clipboard = (page) => page.evaluate(() => navigator.clipboard.readText());

test('images can be uploaded by picker, drop and paste, and other files fail with a message', async (t) => {
  const page = await enterAs(t, 'owner');
  await page.getByText('Your pictures will appear here').waitFor();
  await upload(page, [pictureFile('one.png', { shade: 10 }), pictureFile('two.png', { shade: 20 })]);
  await page.getByRole('heading', { name: 'Today' }).waitFor();

  for (const [kind, name, shade] of [['drop', 'dropped.png', 30], ['paste', 'pasted.png', 40]]) {
    const { buffer } = pictureFile(name, { shade });
    await page.evaluate(({ kind, name, bytes }) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(bytes)], name, { type: 'image/png' }));
      const event = kind === 'drop' ? new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }) : new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
      document.body.dispatchEvent(event);
    }, { kind, name, bytes: [...buffer] });
    await picture(page, name).waitFor();
  }

  await page.setInputFiles('input[type="file"][multiple]', [{ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no picture') }]);
  const failed = page.locator('[data-job="failed"]');
  await failed.waitFor();
  assert.match(await failed.innerText(), /notes\.txt[\s\S]*\w+ \w+.*\./, 'a sentence beside its name');
});

test('links of selected images are copied in display order, in any format', async (t) => {
  const page = await enterAs(t, 'anna');
  await upload(page, ['a', 'b', 'c'].map((name, at) => pictureFile(`${name}.png`, { shade: 50 + at })));
  await page.selectOption('[aria-label="Order"]', 'name');
  await page.locator('[data-position="0"][title="a.png"]').waitFor();
  await picture(page, 'c.png').click({ modifiers: ['Control'] });
  await picture(page, 'a.png').click({ modifiers: ['Shift'] });
  await page.waitForSelector('[data-selected="3"]');
  await page.click('[data-menu="copy"]');
  await page.click('[data-item="markdown"]');
  await waitForToast(page, 'Links of 3 pictures copied · Markdown');
  const lines = (await clipboard(page)).split('\n');
  assert.deepEqual(lines.map((line) => line.slice(0, 5)), ['![a](', '![b](', '![c](']);
  const [, url] = /\((.+)\)/.exec(lines[0]);
  assert.equal(await page.evaluate((url) => fetch(url).then(({ status }) => status), url), 200);
});

test('folders can be created, renamed, filled, moved into, searched and deleted', async (t) => {
  const page = await enterAs(t, 'ben');
  await upload(page, [pictureFile('boat.png', { shade: 60 }), pictureFile('tree.png', { shade: 61 })]);

  await page.click('[data-action="add-folder"]');
  await page.fill('[data-dialog="folder"] input', 'Sea');
  await page.keyboard.press('Enter');
  await page.locator('[data-folder="Sea"][aria-current]').waitFor();
  await page.getByText('No pictures here yet').waitFor();

  await page.getByRole('button', { name: 'All pictures' }).click();
  await picture(page, 'boat.png').click({ modifiers: ['Control'] });
  await page.click('[data-action="move"]');
  await page.selectOption('[data-dialog="move"] select', { label: 'Sea' });
  await page.click('[data-dialog="move"] [data-action="confirm"]');
  await waitForToast(page, '1 picture moved');
  await page.click('[data-folder="Sea"]');
  await picture(page, 'tree.png').waitFor({ state: 'detached' });
  await picture(page, 'boat.png').waitFor();

  await page.getByRole('button', { name: 'Actions for Sea' }).click();
  await page.click('[data-item="rename"]');
  await page.fill('[data-dialog="folder"] input', 'Ocean');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[data-folder="Ocean"]');

  await page.getByRole('button', { name: 'All pictures' }).click();
  await picture(page, 'tree.png').waitFor();
  await page.fill('[data-search]', 'ocean');
  await picture(page, 'tree.png').waitFor({ state: 'detached' });
  await picture(page, 'boat.png').waitFor();
  await page.fill('[data-search]', 'nothing like it');
  await page.waitForSelector('[data-empty="no-match"]');
  await page.getByRole('button', { name: 'Clear search' }).click();

  await page.getByRole('button', { name: 'Actions for Ocean' }).click();
  await page.click('[data-item="delete"]');
  await page.getByText('1 picture in it is deleted too').waitFor();
  await page.click('[data-dialog="folder"] .danger');
  await page.locator('[data-folder="Ocean"]').waitFor({ state: 'detached' });
  await picture(page, 'tree.png').waitFor();
  assert.equal(await picture(page, 'boat.png').count(), 0);
});

test('images are found by their metadata and day, and can be dragged into a folder', async (t) => {
  const page = await enterAs(t, 'finn');
  await upload(page, ['1', '2', '3'].map((name, at) => pictureFile(`${name}.png`, { shade: 100 + at })));
  await picture(page, '2.png').click();
  await page.fill('[data-metadata] [name="title"]', 'A lighthouse');
  await page.fill('[data-metadata] [name="tags"]', 'north sea');
  await page.press('[data-metadata] [name="tags"]', 'Tab');
  await page.getByRole('heading', { name: 'A lighthouse' }).waitFor();
  await page.keyboard.press('Escape');
  const now = await page.evaluate(() => new Date().toLocaleDateString('sv'));
  for (const sought of ['light', 'NORTH', `sea ${now}`, `${now.slice(0, 7)} house`]) {
    await page.fill('[data-search]', 'nothing like it');
    await page.waitForSelector('[data-empty="no-match"]');
    await page.fill('[data-search]', sought);
    await picture(page, '2.png').waitFor();
    assert.equal(await page.locator('[data-image]').count(), 1, sought);
  }
  await page.fill('[data-search]', '');
  await picture(page, '3.png').waitFor();

  await page.click('[data-action="add-folder"]');
  await page.fill('[data-dialog="folder"] input', 'Coast');
  await page.keyboard.press('Enter');
  await page.locator('[data-folder="Coast"][aria-current]').waitFor();
  await page.getByRole('button', { name: 'All pictures' }).click();
  await picture(page, '1.png').click({ modifiers: ['Control'] });
  await picture(page, '2.png').click({ modifiers: ['Control'] });
  await picture(page, '2.png').dragTo(page.locator('[data-folder="Coast"]'));
  await waitForToast(page, '2 pictures moved');
  await picture(page, '3.png').dragTo(page.locator('[data-folder="Coast"]'));
  await waitForToast(page, '1 picture moved');
  await page.click('[data-folder="Coast"]');
  await picture(page, '3.png').waitFor();
  assert.equal(await page.locator('[data-image]').count(), 3);
});

test('metadata survives a reload, and a replaced image keeps its address', async (t) => {
  const page = await enterAs(t, 'carl');
  await upload(page, [pictureFile('first.png', { width: 300, height: 200, shade: 70 })]);
  await picture(page, 'first.png').click();
  await page.waitForSelector('[data-links]');
  await page.click('[data-copy="picture"]');
  await waitForToast(page, 'Copied');
  const url = await clipboard(page);
  await page.click('[data-switch="public"]');
  await page.fill('[data-metadata] [name="title"]', 'A calm sea');
  await page.fill('[data-metadata] [name="tags"]', 'sea, calm');
  await page.fill('[data-metadata] [name="expires"]', '2099-01-01T12:00');
  await page.focus('[data-metadata] [name="tags"]');
  await page.getByRole('heading', { name: 'A calm sea' }).waitFor();
  await page.locator('[data-dialog="detail"] input[type="file"]').setInputFiles(pictureFile('second.png', { width: 40, height: 30, shade: 71 }));
  await waitForToast(page, 'Replaced');
  await page.getByText('40 × 30').first().waitFor();
  const bytes = await page.evaluate((url) => fetch(url, { cache: 'reload' }).then((answer) => answer.arrayBuffer()).then((bytes) => bytes.byteLength), url);
  assert.equal(bytes, pictureFile('second.png', { width: 40, height: 30, shade: 71 }).buffer.length);

  await page.reload();
  await page.waitForSelector('[data-metadata]');
  assert.equal(await page.inputValue('[data-metadata] [name="title"]'), 'A calm sea');
  assert.equal(await page.inputValue('[data-metadata] [name="tags"]'), 'sea, calm');
  assert.equal(await page.inputValue('[data-metadata] [name="expires"]'), '2099-01-01T12:00');
  assert.equal(await page.isChecked('[data-switch="public"]'), true);

  await page.click('[data-dialog="detail"] [data-action="delete"]');
  await waitForToast(page, '1 picture deleted');
  await page.reload();
  await page.waitForSelector('[data-empty="none"]');
  assert.equal(await page.evaluate((url) => fetch(url, { cache: 'reload' }).then(({ status }) => status), url), 404);
});

test('the gallery can be searched, opened, selected, copied and deleted with the keyboard alone', async (t) => {
  const page = await enterAs(t, 'dora');
  await upload(page, ['a', 'b', 'c', 'd'].map((name, at) => pictureFile(`${name}.png`, { shade: 80 + at })));
  await page.keyboard.press('/');
  await page.keyboard.type('.png');
  await page.keyboard.press('ArrowDown');
  const at = () => page.evaluate(() => document.activeElement?.getAttribute('data-position'));
  await page.waitForFunction(() => document.activeElement?.getAttribute('data-position') === '0');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  assert.equal(await at(), '2');
  await page.keyboard.press('Home');
  assert.equal(await at(), '0');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[data-dialog="detail"] [data-links]');
  await page.keyboard.press('Escape');
  await page.locator('[data-dialog="detail"]').waitFor({ state: 'detached' });
  assert.equal(await at(), '0', 'the focus comes back');
  await page.keyboard.press('Space');
  await page.keyboard.press('Shift+ArrowRight');
  await page.waitForSelector('[data-selected="2"]');
  await page.keyboard.press('Control+c');
  await waitForToast(page, 'Links of 2 pictures copied');
  assert.equal((await clipboard(page)).split('\n').length, 2);
  await page.keyboard.press('Delete');
  await waitForToast(page, '2 pictures deleted');
  assert.equal(await page.locator('[data-image]').count(), 2);
  await page.keyboard.press('Control+z');
  await page.locator('[data-image]').nth(3).waitFor();
  await picture(page, 'a.png').press('Delete');
  await picture(page, 'a.png').waitFor({ state: 'detached' });
  await page.click('[data-toast="deleted"] [aria-label="Dismiss"]');
  await page.locator('[data-position="3"]').waitFor({ state: 'detached' });
  await picture(page, 'b.png').press('Delete');
  await page.locator('[data-image]').nth(2).waitFor({ state: 'detached' });
  await page.click('[data-toast="deleted"] [aria-label="Dismiss"]');
  await page.locator('[data-position="2"]').waitFor({ state: 'detached' });
  await page.keyboard.press('Control+a');
  await page.waitForSelector('[data-selected="2"]');
  await page.keyboard.press('Escape');
  await page.locator('[data-selected]').waitFor({ state: 'detached' });
});

test('new images appear in an open page, and unfinished uploads can be cancelled', async (t) => {
  const page = await enterAs(t, 'emil');
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await page.route('**/api/dashboard/images', async (route) => {
    if (route.request().method() === 'POST') await held;
    await route.continue();
  });
  await page.setInputFiles('input[type="file"][multiple]', ['1', '2', '3', '4'].map((name, at) => pictureFile(`${name}.png`, { shade: 90 + at })));
  await page.locator('[data-job="sending"]').nth(2).waitFor();
  assert.equal(await page.locator('[data-job="queued"]').count(), 1, 'three at once');
  await page.locator('[data-job="queued"] button').click();
  release();
  await page.waitForSelector('[data-upload-panel="finished"]');
  await page.locator('[data-image]').nth(2).waitFor();
  assert.equal(await page.locator('[data-image]').count(), 3);
  await page.click('[data-action="copy-sent"]');
  await waitForToast(page, 'Links of 3 pictures copied');
  await page.click('[data-action="close-sending"]');
  await page.locator('[data-upload-panel]').waitFor({ state: 'detached' });
  await go(page, 'keys');
});
