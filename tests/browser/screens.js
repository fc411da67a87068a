// Takes the screenshots of the dashboard in docs/screens (`make screens`). Arguments: a folder of sample images,
// and the output folder.
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { go, launch, picture, signIn, upload } from './browser.js';
import { startServer } from './server.js';

const [views, folder] = process.argv.slice(2);

const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 360, height: 740 };

/** The screenshots and how to reach them from the gallery. `narrow` ones are also taken at phone size. */
const SCREENS = [
  { name: 'gallery', narrow: true, show: () => {} },
  {
    name: 'gallery-chosen',
    show: async (page) => {
      for (const at of [1, 2, 6]) await page.locator(`[data-position="${at}"]`).click({ modifiers: ['Control'] });
      await page.waitForSelector('[data-selected="3"]');
    },
  },
  {
    name: 'gallery-no-match',
    show: async (page) => {
      await page.fill('[data-search]', 'giraffe');
      await page.waitForSelector('[data-empty="no-match"]');
    },
  },
  {
    name: 'picture',
    narrow: true,
    show: async (page) => {
      await picture(page, 'Forest lake.jpg').click();
      await page.waitForSelector('[data-metadata]');
    },
  },
  { name: 'keys', narrow: true, show: (page) => go(page, 'keys').then(() => page.waitForSelector('[data-key]')) },
  { name: 'presets', show: (page) => go(page, 'presets').then(() => page.waitForSelector('[data-preset]')) },
  {
    name: 'preset-new',
    show: async (page) => {
      await go(page, 'presets');
      await page.click('[data-action="new-preset"]');
      await page.waitForSelector('figcaption:has-text("×")');
    },
  },
  { name: 'server-accounts', narrow: true, show: (page) => go(page, 'server', 'accounts').then(() => page.waitForSelector('[data-usage="known"]')) },
  { name: 'server-settings', show: (page) => go(page, 'server', 'settings').then(() => page.waitForSelector('[data-setting]')) },
  { name: 'server-log', show: (page) => go(page, 'server', 'log').then(() => page.waitForSelector('[data-log]')) },
  // Public pages of the server, for anyone with a link.
  { name: 'picture-page', narrow: true, show: async (page) => page.goto(await page.evaluate(viewerOfNewest)) },
  { name: 'picture-page-missing', show: (page) => page.goto(new URL('/image/nowhere.zzzz', page.url()).href) },
  { name: 'account', show: (page) => go(page, 'account').then(() => page.waitForSelector('[data-action="set-password"]')) },
];

async function viewerOfNewest() {
  const answer = await fetch('/api/dashboard/images?page=1&pageSize=1&order=created&direction=desc');
  return (await answer.json()).items[0].links.chevereto.viewer;
}

/** Fills the account with sample images, folders, keys and presets. */
async function furnish(page) {
  const files = await Promise.all(
    (await readdir(views)).sort().map(async (name) => ({ name, mimeType: 'image/jpeg', buffer: await readFile(join(views, name)) })),
  );
  await upload(page, files);
  await page.evaluate(async () => {
    const ask = async (method, path, body) => {
      const answer = await fetch(`/api/dashboard/${path}`, { method, headers: { 'Content-Type': 'application/json' }, body: body && JSON.stringify(body) });
      return answer.json();
    };
    const { items } = await ask('GET', 'images?page=1&pageSize=50&order=created&direction=desc');
    const norway = await ask('POST', 'folders', { path: 'Norway' });
    for (const path of ['Norway/Lofoten', 'Screenshots']) await ask('POST', 'folders', { path });
    await ask('POST', 'images/bulk', { do: 'move', folder: norway.id, ids: items.slice(0, 5).map(({ id }) => id) });
    await ask('POST', 'keys', { name: 'Blog', scopes: 'upload' });
    await ask('POST', 'keys', { name: 'ShareX on the laptop', scopes: 'upload,delete' });
    await ask('POST', 'presets', { name: 'banner', params: 'w_1200,h_400,c_fill,f_webp,q_80' });
    await ask('POST', 'presets', { name: 'card', params: 'w_400,f_webp,q_80' });
  });
}

/** Waits until animations have ended and every visible image is loaded. */
async function still(page) {
  await page.mouse.move(1, 1);
  await page.waitForFunction(
    () =>
      document.getAnimations().every(({ playState }) => playState === 'finished') &&
      [...document.images].every((image) => image.complete || image.getBoundingClientRect().top > innerHeight) &&
      document.querySelector('[data-toast]') === null,
  );
}

const [browser, server] = await Promise.all([launch(), startServer({ accounts: ['anna'] })]);
await mkdir(folder, { recursive: true });
try {
  for (const [viewport, ending] of [[WIDE, ''], [NARROW, '-narrow']]) {
    const page = await browser.newPage({ viewport, reducedMotion: 'reduce' });
    const take = async (name) => {
      for (const theme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme: theme });
        await still(page);
        await page.screenshot({ path: join(folder, `${name}${ending}-${theme}.png`) });
      }
    };
    await page.goto(`${server.base}/`);
    await page.waitForSelector('[data-at="sign-in"]');
    await take('sign-in');
    await signIn(page);
    if (ending === '') {
      await page.waitForSelector('[data-empty]');
      await take('gallery-empty');
      await furnish(page);
    }
    for (const { name, narrow = false, show } of SCREENS) {
      if (ending !== '' && !narrow) continue;
      await page.goto(`${server.base}/?${name}#/gallery`);
      await page.waitForSelector('[data-image] img');
      await show(page);
      await take(name);
    }
    await page.close();
  }
} finally {
  await browser.close();
  await server.stop();
}
