// Browser tests for administration: accounts, invites, settings and the request log.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { enter, go, launch, open, waitForToast } from './browser.js';
import { PASSWORD, startServer } from './server.js';

let browser, server;
before(async () => ([browser, server] = await Promise.all([launch(), startServer({ accounts: ['anna'], set: ['max_pixels=1000000'] })])));
after(async () => {
  await browser?.close();
  await server?.stop();
});

test('an invite creates one account and cannot be used again', async (t) => {
  const owner = await enter(t, browser, server, { hash: '#/server/accounts' });
  await owner.click('[data-action="invite"]');
  await owner.selectOption('[data-dialog="new-invite"] select', { label: '30 days' });
  await owner.click('[data-switch="invite-admin"]');
  await owner.click('[data-action="make-invite"]');
  const link = await owner.locator('[data-invite]').innerText();
  assert.ok(link.startsWith(`${server.base}/#/invite/`), link);

  const hash = new URL(link).hash;
  const guest = await open(t, browser, server, { hash });
  await guest.fill('[name="name"]', 'newcomer');
  await guest.fill('[name="password"]', PASSWORD);
  await guest.fill('[name="again"]', PASSWORD);
  await guest.click('[data-action="join"]');
  await guest.waitForSelector('nav [data-screen="gallery"]');
  assert.equal(new URL(guest.url()).hash, '#/gallery', 'the code does not stay in the address');

  const late = await open(t, browser, server, { hash });
  await late.fill('[name="name"]', 'latecomer');
  await late.fill('[name="password"]', PASSWORD);
  await late.fill('[name="again"]', PASSWORD);
  await late.click('[data-action="join"]');
  await late.getByRole('alert').getByText('This invitation was already used').waitFor();

  await owner.reload();
  await owner.locator('[data-account="newcomer"]', { hasText: 'administrator' }).waitFor();
});

test('a sign-in link works once and never shows the sign-in form', async (t) => {
  const owner = await enter(t, browser, server);
  const { token } = await owner.evaluate(() => fetch('/api/dashboard/session/links', { method: 'POST' }).then((answer) => answer.json()));
  const phone = await open(t, browser, server, { hash: `#/sign-in/${token}` });
  await phone.waitForSelector('nav [data-screen="gallery"]');
  assert.equal(new URL(phone.url()).hash, '#/gallery');
  const other = await open(t, browser, server, { hash: `#/sign-in/${token}` });
  await waitForToast(other, 'This link was already used');
  await other.waitForSelector('[data-at="sign-in"]');
});

test('a changed setting applies immediately, and a fixed one says what fixes it', async (t) => {
  const owner = await enter(t, browser, server, { hash: '#/server/settings' });
  const fixed = owner.locator('[data-setting="max_pixels"]');
  await fixed.getByText('Fixed by --set max_pixels').waitFor();
  assert.equal(await fixed.locator('input').isDisabled(), true);

  const stranger = await open(t, browser, server);
  await stranger.waitForSelector('[data-at="sign-in"]');
  assert.equal(await stranger.getByText('Create an account').count(), 0);
  await owner.click('[data-switch="allow_signup"]');
  await waitForToast(owner, 'Sign-up changed');
  await owner.getByText('Reset to default: off').waitFor();
  // The focus stays on the control, and a rejected value leaves the stored one.
  await owner.focus('[data-switch="deduplicate"]');
  await owner.keyboard.press('Space');
  await waitForToast(owner, 'Refuse duplicates (Slink API) changed');
  await owner.waitForFunction(() => document.activeElement?.getAttribute('data-switch') === 'deduplicate');
  await owner.fill('#setting-public_url', 'nonsense');
  await owner.press('#setting-public_url', 'Enter');
  await waitForToast(owner, 'must be an address such as');
  assert.equal(await owner.inputValue('#setting-public_url'), '');
  await stranger.reload();
  await stranger.getByText('Create an account').click();
  await stranger.fill('[name="name"]', 'stranger');
  await stranger.fill('[name="password"]', PASSWORD);
  await stranger.fill('[name="again"]', PASSWORD);
  await stranger.click('[data-action="join"]');
  await stranger.waitForSelector('nav [data-screen="gallery"]');
});

test('an account can be added and removed', async (t) => {
  const owner = await enter(t, browser, server, { hash: '#/server/accounts' });
  await owner.waitForSelector('[data-usage="known"]');
  await owner.click('[data-action="add-account"]');
  await owner.fill('[name="account-name"]', 'visitor');
  await owner.fill('[name="account-password"]', PASSWORD);
  await owner.click('[data-dialog="account"] [data-action="confirm"]');
  await owner.waitForSelector('[data-account="visitor"]');
  await owner.getByRole('button', { name: 'Actions for visitor' }).click();
  await owner.click('[data-item="remove"]');
  await owner.click('[data-dialog="account"] [data-action="confirm"]');
  await owner.locator('[data-account="visitor"]').waitFor({ state: 'detached' });
});

test('the log lists requests by route, and only administrators see it', async (t) => {
  const owner = await enter(t, browser, server, { hash: '#/server/log' });
  await owner.locator('[data-log]').getByText('/api/dashboard/session').first().waitFor();
  const anna = await enter(t, browser, server, { name: 'anna' });
  assert.equal(await anna.locator('[data-screen="server"]').count(), 0);
  await anna.evaluate(() => (location.hash = '#/server/settings'));
  await anna.waitForSelector('main[data-at="gallery"]');
});
