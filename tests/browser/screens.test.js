// Accessibility tests: axe finds no serious issue on any screen in either theme, and nothing is cut off on narrow
// screens or with large text.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { enter, go, launch, open, picture, upload } from './browser.js';
import { pictureFile } from './pictures.js';
import { startServer } from './server.js';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

let browser, server;
before(async () => {
  [browser, server] = await Promise.all([launch(), startServer()]);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Every state of the dashboard that a signed-in user can reach. */
const SCREENS = {
  'the gallery': (page) => go(page, 'gallery').then(() => picture(page, 'two.png').waitFor()),
  'the gallery with some selected': async (page) => {
    await go(page, 'gallery');
    await picture(page, 'two.png').click({ modifiers: ['Control'] });
    await page.waitForSelector('[data-selected]');
  },
  'a search without a match': async (page) => {
    await go(page, 'gallery');
    await page.keyboard.press('Escape');
    await page.fill('[data-search]', 'nothing like it');
    await page.waitForSelector('[data-empty="no-match"]');
  },
  'a picture': async (page) => {
    await go(page, 'gallery');
    await page.fill('[data-search]', '');
    await picture(page, 'two.png').click();
    await page.waitForSelector('[data-metadata]');
  },
  'the keys': (page) => go(page, 'keys').then(() => page.waitForSelector('[data-key]')),
  'a new key': async (page) => {
    await go(page, 'keys');
    await page.click('[data-action="new-key"]');
    await page.waitForSelector('[data-dialog="new-key"]');
  },
  'the presets': async (page) => {
    await page.keyboard.press('Escape');
    await go(page, 'presets');
    await page.waitForSelector('main[data-at="presets"] h1');
  },
  'a new preset': async (page) => {
    await page.click('[data-action="new-preset"]');
    await page.waitForSelector('[data-dialog="new-preset"] [data-preview]');
  },
  'the accounts of the server': async (page) => {
    await page.keyboard.press('Escape');
    await go(page, 'server', 'accounts');
    await page.waitForSelector('[data-usage="known"]');
  },
  'the settings of the server': async (page) => {
    await go(page, 'server', 'settings');
    await page.waitForSelector('[data-setting]');
  },
  'the log': async (page) => {
    await go(page, 'server', 'log');
    await page.waitForSelector('[data-log]');
  },
  'the account': async (page) => {
    await page.keyboard.press('Escape');
    await go(page, 'account');
    await page.waitForSelector('[data-action="set-password"]');
  },
};

async function prepared(t, how) {
  const page = await enter(t, browser, server, how);
  if ((await page.locator('[data-image]').count()) === 0) {
    await page.waitForSelector('[data-image], [data-empty]');
    if ((await page.locator('[data-empty]').count()) > 0) {
      await upload(page, [pictureFile('one.png', { shade: 100 }), pictureFile('two.png', { width: 300, shade: 150 })]);
      server.run(['key', 'create', '--name', 'A program with quite a long name that has to go somewhere']);
    }
  }
  return page;
}

for (const theme of ['light', 'dark']) {
  test(`axe finds no serious issue on any screen in the ${theme} theme`, async (t) => {
    const signInPage = await open(t, browser, server, { theme, bypassCSP: true });
    await signInPage.waitForSelector('[data-at="sign-in"]');
    await axe(signInPage, 'the sign-in form');
    const page = await prepared(t, { theme, bypassCSP: true });
    for (const [name, show] of Object.entries(SCREENS)) {
      await show(page);
      await axe(page, name);
    }
  });
}

for (const [name, how, zoom] of [
  ['320 px', { width: 320, height: 640 }, 100],
  ['text of twice the size', { width: 1280, height: 800 }, 200],
  ['text of twice the size on 640 px', { width: 640, height: 900 }, 200],
]) {
  test(`no screen scrolls sideways at ${name}`, async (t) => {
    const page = await prepared(t, how);
    await page.evaluate((zoom) => (document.documentElement.style.fontSize = `${zoom}%`), zoom);
    for (const [name, show] of Object.entries(SCREENS)) {
      await show(page);
      assert.deepEqual(await page.evaluate(tooWide), [], name);
    }
  });
}

async function axe(page, screen) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.addScriptTag({ path: AXE });
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  assert.deepEqual(
    serious.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`)),
    [],
    screen,
  );
}

/** Visible elements that extend beyond the page, except inside scrollable containers. */
function tooWide() {
  const width = document.documentElement.clientWidth;
  const scrolls = (element) => {
    for (let around = element.parentElement; around; around = around.parentElement) {
      const { overflowX } = getComputedStyle(around);
      if (around.matches('pre, ul[tabindex], [role="region"][tabindex]') || (overflowX === 'hidden' && around.matches('.url, .place, .head, .cell'))) return true;
    }
    return false;
  };
  return [...document.querySelectorAll('body *')]
    .filter((element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
    .filter((element) => !element.closest('.visually-hidden') && !scrolls(element))
    .filter((element) => {
      const { left, right, width: own } = element.getBoundingClientRect();
      return own > 1 && (right > width + 1 || left < -1);
    })
    .map((element) => `${element.tagName.toLowerCase()}.${element.className} ${element.textContent?.trim().slice(0, 30)}`)
    .slice(0, 5);
}
