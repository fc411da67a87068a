// Playwright helpers: a browser context per user, checked for script errors, CSP violations and foreign requests.
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';
import { PASSWORD } from './server.js';

const QUIET = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export function launch(more = []) {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: [...QUIET, ...more] });
}

/**
 * Opens a page without a session. `test` fails at its end if the page logged an error or loaded something from
 * elsewhere.
 */
export async function open(test, browser, server, { hash = '', width = 1280, height = 800, theme = 'light', ...more } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, reducedMotion: 'reduce', ...more });
  await context.addInitScript(recordToasts);
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const wrong = [];
  page.on('pageerror', (error) => wrong.push(`error: ${error.stack}`));
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) wrong.push(message.text());
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (!['blob:', 'data:'].includes(url.protocol) && url.origin !== server.base) wrong.push(`loaded from elsewhere: ${url}`);
  });
  test.after(async () => {
    await context.close();
    assert.deepEqual(wrong, []);
  });
  await page.goto(`${server.base}/${hash}`);
  return page;
}

export async function signIn(page, name = 'owner', password = PASSWORD) {
  await page.fill('[name="name"]', name);
  await page.fill('[name="password"]', password);
  await page.press('[name="password"]', 'Enter');
  await page.waitForSelector('nav [data-screen="gallery"]');
}

/** Opens a page and signs in. */
export async function enter(test, browser, server, { name = 'owner', ...how } = {}) {
  const page = await open(test, browser, server, how);
  await signIn(page, name);
  return page;
}

export async function go(page, ...to) {
  await page.evaluate((hash) => (location.hash = hash), `#/${to.join('/')}`);
  await page.waitForSelector(`main[data-at="${to[0] === 'images' ? 'gallery' : to[0]}"]`);
}

/** Uploads through the file picker and waits until all images are listed. */
export async function upload(page, files) {
  await page.setInputFiles('input[type="file"][multiple]', files);
  await page.waitForSelector('[data-upload-panel="finished"]');
  for (const { name } of files) await picture(page, name).waitFor();
}

/** The grid cell of an image in the gallery. */
export function picture(page, name) {
  return page.locator(`[role="gridcell"][title="${name}"]`);
}

/** Runs in the page: remembers the text of each toast, because toasts go away by themselves. */
function recordToasts() {
  window.toastTexts = [];
  const texts = new WeakMap();
  const record = () => {
    for (const line of document.querySelectorAll('[data-toast] p')) {
      if (texts.get(line) === line.textContent) continue;
      texts.set(line, line.textContent);
      window.toastTexts.push(line.textContent);
    }
  };
  new MutationObserver(record).observe(document, { childList: true, characterData: true, subtree: true });
}

/** Waits until the page shows, or has shown since the last wait for it, a toast with this text. */
export async function waitForToast(page, text) {
  await page.waitForFunction((text) => {
    const position = window.toastTexts.findIndex((shown) => shown.includes(text));
    return position >= 0 && window.toastTexts.splice(position, 1);
  }, text);
}
