// What those who run the server can do, and the ways in that they give to others.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { enter, go, launch, open, said } from './browser.js';
import { PASSWORD, startServer } from './server.js';

let browser, server;
before(async () => ([browser, server] = await Promise.all([launch(), startServer({ accounts: ['anna'], set: ['max_pixels=1000000'] })])));
after(async () => {
  await browser?.close();
  await server?.stop();
});

test('an invite makes one account, and is used up then', async (t) => {
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

test('a sign-in link works once, and without a glimpse of the door', async (t) => {
  const owner = await enter(t, browser, server);
  const { token } = await owner.evaluate(() => fetch('/api/dashboard/session/links', { method: 'POST' }).then((answer) => answer.json()));
  const phone = await open(t, browser, server, { hash: `#/sign-in/${token}` });
  await phone.waitForSelector('nav [data-screen="gallery"]');
  assert.equal(new URL(phone.url()).hash, '#/gallery');
  const other = await open(t, browser, server, { hash: `#/sign-in/${token}` });
  await said(other, 'This link was already used');
  await other.waitForSelector('[data-at="sign-in"]');
});

test('a setting that is changed holds at once, and one that is fixed says by what', async (t) => {
  const owner = await enter(t, browser, server, { hash: '#/server/settings' });
  const fixed = owner.locator('[data-setting="max_pixels"]');
  await fixed.getByText('Fixed by --set max_pixels').waitFor();
  assert.equal(await fixed.locator('input').isDisabled(), true);

  const stranger = await open(t, browser, server);
  await stranger.waitForSelector('[data-at="sign-in"]');
  assert.equal(await stranger.getByText('Create an account').count(), 0);
  await owner.click('[data-switch="allow_signup"]');
  await said(owner, 'Sign-up changed');
  await owner.getByText('Reset to default: off').waitFor();
  // The keyboard goes on from where it was, and a refused value leaves what was there.
  await owner.focus('[data-switch="deduplicate"]');
  await owner.keyboard.press('Space');
  await said(owner, 'Refuse duplicates (Slink API) changed');
  await owner.waitForFunction(() => document.activeElement?.getAttribute('data-switch') === 'deduplicate');
  await owner.fill('#setting-public_url', 'nonsense');
  await owner.press('#setting-public_url', 'Enter');
  await said(owner, 'must be an address such as');
  assert.equal(await owner.inputValue('#setting-public_url'), '');
  await stranger.reload();
  await stranger.getByText('Create an account').click();
  await stranger.fill('[name="name"]', 'stranger');
  await stranger.fill('[name="password"]', PASSWORD);
  await stranger.fill('[name="again"]', PASSWORD);
  await stranger.click('[data-action="join"]');
  await stranger.waitForSelector('nav [data-screen="gallery"]');
});

test('an account is added, and removed again', async (t) => {
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

test('the log tells what was asked for by kind; and who does not run the server sees none of this', async (t) => {
  const owner = await enter(t, browser, server, { hash: '#/server/log' });
  await owner.locator('[data-log]').getByText('/api/dashboard/session').first().waitFor();
  const anna = await enter(t, browser, server, { name: 'anna' });
  assert.equal(await anna.locator('[data-screen="server"]').count(), 0);
  await anna.evaluate(() => (location.hash = '#/server/settings'));
  await anna.waitForSelector('main[data-at="gallery"]');
});
