// Gallery benchmark with 100,000 images in Chromium (`make bench-gallery`): time to open, frame times while
// scrolling, and search latency.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { launch, signIn } from './browser.js';
import { pictureFile } from './pictures.js';
import { startServer } from './server.js';

const [many, images = 100_000] = process.argv.slice(2);
const SAMPLE = 48;
const WORDS = ['fountain', 'Straße', 'été', 'Screenshot', 'holiday', '京都', 'wedding', 'Müller', 'invoice', 'scan', 'kitten', 'garden', 'Zürich', 'beach', 'train', 'bridge'];
const word = (at) => WORDS[at % WORDS.length];
// Common and rare, short and long terms from every searched field, and some without a match.
const TERMS = [
  ...WORDS, ...WORDS.map((one, at) => `${one} ${word(at * 5 + 2)}`), 'e', 'üL', 'png', '.PNG', '012345', '099 kit', 'no such thing', 'xyzzy', 'harbour at dawn',
  'sea', 'calm sea', 'morning', 'tag 7', 'Trips', 'Trips/Alps', '2025-08', '2025-08-14', 'kitten 2025-08',
];

const server = await startServer({ set: ['prepare_sizes=false'] });
const browser = await launch();
let missed = 0;
try {
  const signedIn = await fill();
  for (const measure of [opening, scrolling, searching]) await measure(signedIn);
} finally {
  await browser.close();
  await server.stop();
}
process.exitCode = missed > 0 ? 1 : 0;

/** Uploads a few images through the page, then multiplies their database rows. */
async function fill() {
  const page = await (await browser.newContext()).newPage();
  await page.goto(server.base);
  await signIn(page);
  const files = Array.from({ length: SAMPLE }, (_, at) => pictureFile(`${word(at)}-${word(at * 3 + 1)}.png`, { width: 640, height: 360 + (at % 5) * 60, shade: at * 5, grain: 60 }));
  await page.setInputFiles('input[type="file"][multiple]', files);
  await page.waitForSelector('[data-upload-panel="finished"]');
  await page.evaluate(
    async ({ words }) => {
      const ask = (method, path, body) =>
        fetch(`/api/dashboard${path}`, { method, headers: { 'Content-Type': 'application/json' }, body: body && JSON.stringify(body) }).then((answer) => answer.json());
      const folders = await Promise.all(['Trips', 'Trips/Alps', 'Work'].map((path) => ask('POST', '/folders', { path })));
      const { items } = await ask('GET', '/images?pageSize=100');
      for (const [at, { id }] of items.entries()) {
        await ask('PATCH', `/images/${id}`, {
          folder: folders[at % 5]?.id ?? null,
          title: at % 2 ? `A calm ${words[at % words.length]}` : '',
          description: at % 3 ? `What was seen from the bridge that morning, the ${words[(at * 7) % words.length]} and the sea behind it` : '',
          tags: at % 4 ? [`tag ${at % 9}`, words[(at * 11) % words.length]] : [],
        });
      }
    },
    { words: WORDS },
  );
  const ran = spawnSync(many, [join(server.folder, 'library.db'), 'owner', String(images)], { encoding: 'utf8' });
  if (ran.status !== 0) throw new Error(`${many}: ${ran.error ?? ran.stderr}`);
  const storageState = await page.context().storageState();
  await page.context().close();
  return storageState;
}

/** Opens the gallery as a signed-in user with an empty cache. */
async function enter(storageState) {
  const context = await browser.newContext({ storageState, viewport: { width: 1280, height: 800 } });
  await context.addInitScript(watch);
  const page = await context.newPage();
  await page.goto(`${server.base}/#/gallery`, { waitUntil: 'commit' });
  return page;
}

/** Runs in the page: finds the visible cells and records frame times. */
function watch() {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const seen = () => {
    const room = document.querySelector('[data-scroller]')?.getBoundingClientRect();
    if (!room) return [];
    return [...document.querySelectorAll('[data-position]')].filter((cell) => {
      const { top, bottom } = cell.getBoundingClientRect();
      return bottom > room.top && top < room.bottom;
    });
  };
  /** Waits until every visible image is painted and returns the time. */
  window.painted = async () => {
    for (;;) {
      await frame();
      const cells = seen();
      const drawn = cells.length > 0 && cells.every((cell) => [...cell.querySelectorAll('img')].some(({ complete, naturalWidth }) => complete && naturalWidth > 0));
      if (drawn || document.querySelector('[data-empty]')) break;
    }
    await frame();
    await frame();
    return performance.now();
  };
  window.frames = [];
  window.tasks = [];
  window.record = async () => {
    const begun = performance.now();
    window.recording = true;
    const observer = new PerformanceObserver((list) => window.tasks.push(...list.getEntries().map(({ duration }) => duration)));
    observer.observe({ type: 'longtask' });
    for (let before = await frame(); window.recording; ) {
      const now = await frame();
      window.frames.push(now - before);
      before = now;
    }
    window.tasks.push(...observer.takeRecords().map(({ duration }) => duration));
    observer.disconnect();
    return performance.now() - begun;
  };
}

async function opening(signedIn) {
  const times = [];
  for (let round = 0; round < 7; round++) {
    const page = await enter(signedIn);
    times.push(await page.evaluate(() => window.painted()));
    await page.context().close();
  }
  say('opened, until the first screen is painted: median', middle(times), 1000);
  say('opened, until the first screen is painted: longest', Math.max(...times), 1000);
}

async function scrolling(signedIn) {
  const page = await enter(signedIn);
  await page.evaluate(() => window.painted());
  await page.mouse.move(700, 500);
  await recorded(page, 'reading 10 screens, a notch at a time', async () => {
    for (let notch = 0; notch < 60; notch++) {
      await page.mouse.wheel(0, 120);
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 50)));
    }
  });
  await recorded(page, 'scrolling 200 screens by wheel', async () => {
    for (let screen = 0; screen < 200; screen++) {
      await page.mouse.wheel(0, 700);
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    }
  });
  await page.locator('[data-position][tabindex="0"]').first().focus();
  await recorded(page, 'jumping to the end and back', async () => {
    for (const key of ['Control+End', 'Control+Home', 'Control+End']) {
      await page.keyboard.press(key);
      await page.evaluate(() => window.painted());
    }
  });
  await page.context().close();
}

async function recorded(page, name, act) {
  const recording = page.evaluate(() => {
    window.frames = [];
    window.tasks = [];
    return window.record();
  });
  await act();
  await page.evaluate(() => window.painted());
  await page.evaluate(() => (window.recording = false));
  await recording;
  const { frames, tasks } = await page.evaluate(() => ({ frames: window.frames, tasks: window.tasks }));
  say(`${name}: p95 of ${frames.length} frames`, p95(frames), 50);
  say(`${name}: longest frame`, Math.max(...frames), 50);
  say(`${name}: longest of ${tasks.length} long tasks`, Math.max(0, ...tasks), 50);
}

async function searching(signedIn) {
  const page = await enter(signedIn);
  await page.evaluate(() => window.painted());
  const drawn = [];
  for (const term of TERMS) {
    const whole = await page.evaluate(async (term) => {
      const field = document.querySelector('[data-search]');
      performance.clearResourceTimings();
      const answered = (path) =>
        performance.getEntriesByType('resource').some(({ name, responseEnd }) => responseEnd > 0 && name.includes(path) && new URL(name).searchParams.get('q') === term);
      const begun = performance.now();
      field.value = term;
      field.dispatchEvent(new InputEvent('input', { bubbles: true }));
      while (!answered('/images/days') || !answered('/images?')) await new Promise((resolve) => requestAnimationFrame(resolve));
      return (await window.painted()) - begun;
    }, term);
    drawn.push(whole);
  }
  // The same queries, sent in parallel as the gallery does, without rendering.
  await page.goto(`${server.base}/#/account`);
  await page.waitForSelector('main[data-at="account"]');
  const answered = await page.evaluate(async (terms) => {
    const times = [];
    for (const term of terms) {
      const q = new URLSearchParams({ q: term });
      const begun = performance.now();
      await Promise.all(['/images/days?', '/images?order=created&direction=desc&pageSize=100&counted=false&'].map((path) => fetch(`/api/dashboard${path}${q}`).then((answer) => answer.text())));
      times.push(performance.now() - begun);
    }
    return times;
  }, TERMS);
  say(`searching: p95 of ${answered.length} answers`, p95(answered), 50);
  say('searching: longest answer', Math.max(...answered), 50);
  say(`searching: p95 of ${drawn.length}, from the last key to what is drawn`, p95(drawn), 500);
  await page.context().close();
}

function say(name, value, goal) {
  const held = value <= goal;
  if (!held) missed += 1;
  console.log(`${name.padEnd(60)} ${value.toFixed(0).padStart(6)} ms ${String(goal).padStart(6)} ms  ${held ? 'ok' : 'missed'}`);
}

function middle(times) {
  return times.toSorted((one, other) => one - other)[times.length >> 1];
}

function p95(times) {
  return times.toSorted((one, other) => one - other)[Math.ceil(times.length * 0.95) - 1];
}
