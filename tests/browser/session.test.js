// Browser tests for signing in and out.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { enter, go, launch, open, picture, waitForToast, signIn, upload } from './browser.js';
import { pictureFile } from './pictures.js';
import { startServer } from './server.js';

let browser, server;
before(async () => ([browser, server] = await Promise.all([launch(), startServer({ accounts: ['anna', 'ben'] })])));
after(async () => {
  await browser?.close();
  await server?.stop();
});

test('a signed-out user only sees the sign-in form', async (t) => {
  const page = await open(t, browser, server, { hash: '#/keys' });
  await page.waitForSelector('[data-at="sign-in"]');
  assert.equal(await page.locator('nav').count(), 0);
});

test('a wrong password shows a message, and the right one opens the requested page', async (t) => {
  const page = await open(t, browser, server, { hash: '#/keys' });
  await page.fill('[name="name"]', 'owner');
  await page.fill('[name="password"]', 'wrong');
  await page.press('[name="password"]', 'Enter');
  await page.getByRole('alert').getByText('The name or password is wrong').waitFor();
  await signIn(page);
  await page.waitForSelector('main[data-at="keys"]');
});

test('a session survives a reload without showing the sign-in form, and ends on sign-out', async (t) => {
  const page = await enter(t, browser, server);
  await page.addInitScript(() => {
    window.signInForms = 0;
    new MutationObserver(() => {
      if (document.querySelector('[data-at="sign-in"]')) window.signInForms += 1;
    }).observe(document, { childList: true, subtree: true });
  });
  await page.reload();
  await page.waitForSelector('main[data-at="gallery"]');
  assert.equal(await page.evaluate(() => window.signInForms), 0);
  await go(page, 'account');
  await page.click('[data-action="sign-out"]');
  await page.waitForSelector('[data-at="sign-in"]');
  await page.reload();
  await page.waitForSelector('[data-at="sign-in"]');
});

test('a session that was ended elsewhere leads to the sign-in form with a message', async (t) => {
  const page = await enter(t, browser, server);
  await page.context().clearCookies();
  // The screen is replaced by the sign-in form immediately.
  await page.evaluate(() => (location.hash = '#/keys'));
  await page.waitForSelector('[data-at="sign-in"]');
  await waitForToast(page, 'You were signed out');
});

test('a new password applies immediately', async (t) => {
  const page = await enter(t, browser, server, { name: 'ben', hash: '#/account' });
  await page.fill('[name="old-password"]', 'Correct horse 1');
  await page.fill('[name="new-password"]', 'Correct horse 2');
  await page.fill('[name="again"]', 'Correct horse 3');
  await page.click('[data-action="set-password"]');
  await page.getByRole('alert').getByText("don't match").waitFor();
  await page.fill('[name="again"]', 'Correct horse 2');
  await page.click('[data-action="set-password"]');
  await waitForToast(page, 'Password changed');
  await page.click('[data-action="sign-out"]');
  await page.waitForSelector('[data-at="sign-in"]');
  await signIn(page, 'ben', 'Correct horse 2');
});

test('two accounts cannot see each other\'s private images', async (t) => {
  const owner = await enter(t, browser, server);
  await upload(owner, [pictureFile('mine.png')]);
  await picture(owner, 'mine.png').click();
  await owner.waitForSelector('[data-dialog="detail"] [data-links]');
  const [, id] = /#\/images\/(.+)/.exec(owner.url());

  const anna = await enter(t, browser, server, { name: 'anna' });
  await anna.waitForSelector('[data-empty="none"]');
  await go(anna, 'images', id);
  await anna.getByText('This picture no longer exists, or belongs to someone else.').waitFor();
  const thumbnail = await anna.evaluate((id) => fetch(`/api/dashboard/images/${id}/thumbnail`).then(({ status }) => status), id);
  assert.equal(thumbnail, 404);
  await go(anna, 'keys');
  await anna.waitForSelector('main[data-at="keys"] h1');
  assert.equal(await anna.locator('[data-key]').count(), 0);
  assert.equal(await anna.locator('[data-screen="server"]').count(), 0, 'only administrators have the server’s screen');
});
