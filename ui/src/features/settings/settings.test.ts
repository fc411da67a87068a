// Settings as a person meets them: what is changed applies, and what is refused says why and goes back.
import { flushSync, mount, tick, unmount } from 'svelte';
import { afterEach, expect, test } from 'vitest';
import { App } from '../../app.svelte';
import { FakeHost, HERE, READY, watched } from '../../host/fake';
import type { AppState } from '../../host/host';
import { Visit } from '../../visit.svelte';
import { Route } from '../../router.svelte';
import { chosenTheme } from '../../theme';
import Settings from './Settings.svelte';

// jsdom draws no dialogs.
HTMLDialogElement.prototype.showModal ??= function () {
  this.open = true;
};
HTMLDialogElement.prototype.close ??= function () {
  this.open = false;
};

let close = () => {};
afterEach(() => close());

async function open(differing: Partial<AppState> = {}) {
  const host = new FakeHost({ ...READY, ...differing });
  const app = new App(host);
  await app.start();
  const view = mount(Settings, { target: document.body, props: { host, app, route: new Route(window), visit: new Visit(host, app.notices) } });
  close = () => void unmount(view);
  await settled();
  host.asked.length = 0;
  return { host, app };
}

async function settled() {
  for (let turn = 0; turn < 5; turn++) await tick();
  flushSync();
}

const one = <T extends HTMLElement>(selector: string) => document.querySelector<T>(selector);

function set(selector: string, value: string) {
  const field = one<HTMLInputElement>(selector);
  if (!field) throw new Error(`there is no ${selector}`);
  field.value = value;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  field.dispatchEvent(new Event('change', { bubbles: true }));
}

const OFFICE = { ...HERE, id: 'office', name: 'Office', here: false, base: 'https://office.example' };

test('a folder can be told to ask first, and to move what was uploaded', async () => {
  const { host } = await open({ folders: [watched('shots', '/home/me/Screenshots')] });
  set('[data-select="mode"]', 'ask');
  await settled();
  set('[data-select="afterwards"]', 'move');
  await settled();
  expect(host.app.folders[0]).toMatchObject({ mode: 'ask', afterwards: { is: 'move', to: 'Uploaded' } });
});

test('a change can be undone, and the fields show what holds again', async () => {
  const { host, app } = await open();
  set('[data-field="link-template"]', '<{url}>');
  await settled();
  expect(host.remembered.template).toBe('<{url}>');
  app.notices.take(app.notices.toasts.at(-1)?.key ?? 0);
  await settled();
  await settled();
  expect(host.remembered.template).toBe('{url}');
  expect(one<HTMLInputElement>('[data-field="link-template"]')?.value).toBe('{url}');
});

test('what the host refuses is said beside it', async () => {
  const { host } = await open({ folders: [watched('shots', '/home/me/Screenshots')] });
  host.refused.set('saveFolder', { code: 'bad_pattern', message: '[ is no pattern for files.' });
  set('[data-folder] [placeholder="*.png, Screenshot*"]', '[');
  await settled();
  expect(one('[data-folder] [role="alert"]')?.textContent).toBe('[ is no pattern for files.');
  expect(host.app.folders[0]?.patterns).toEqual([]);
});

test('a setting that is refused goes back to what it was', async () => {
  const { host } = await open();
  host.refused.set('saveSettings', { code: 'not_saved', message: 'The disk is full.' });
  set('[data-policy="folder"]', 'never');
  await settled();
  expect(host.remembered.courtesy.folder).toBe('always');
  expect(one<HTMLSelectElement>('[data-policy="folder"]')?.value).toBe('always');
});

test('pictures go to the target that is marked', async () => {
  const { host } = await open({ targets: [HERE, OFFICE] });
  one('[data-target="Office"] input[type="radio"]')?.click();
  await settled();
  expect(host.app.usual).toBe('office');
});

test('the result of a test stands beside its target', async () => {
  const { host } = await open({ targets: [HERE, OFFICE] });
  one('[data-target="Office"] [data-action="test-target"]')?.click();
  await settled();
  expect(one('[data-target="Office"] [data-tested]')?.textContent).toContain('It works');
  host.refused.set('testTarget', { code: 'unauthorised', message: 'The server refused the key. Enter it again.' });
  one('[data-target="Office"] [data-action="test-target"]')?.click();
  await settled();
  expect(one('[data-target="Office"] [data-wrong]')?.textContent).toContain('refused the key');
  expect(one('[data-target="Office"] [data-tested]')).toBeNull();
});

test('a certificate that is not believed is shown by its fingerprint, with the way to the authorities, until it is', async () => {
  const { host } = await open({ targets: [HERE, OFFICE] });
  const fields = { address: OFFICE.base, fingerprint: '70:9E:80' };
  host.refused.set('testTarget', { code: 'certificate', message: 'In the host\'s words.', fields });
  one('[data-target="Office"] [data-action="test-target"]')?.click();
  await settled();
  expect(one('[data-target="Office"] [data-wrong]')?.textContent).toBe("https://office.example has a certificate that can't be trusted. Check the address.");
  expect(one('[data-target="Office"] code')?.textContent).toBe('70:9E:80');
  expect(one('[data-target="Office"] [data-fingerprint] a')?.getAttribute('href')).toBe('#/settings/network');
  host.refused.clear();
  one('[data-target="Office"] [data-action="test-target"]')?.click();
  await settled();
  expect(one('[data-fingerprint]')).toBeNull();
});

test('the door for editors is tested, and says what an editor would have got, or why it would not', async () => {
  const { host } = await open();
  host.remembered = { ...host.remembered, editors: { ...host.remembered.editors, on: true } };
  host.door = { open: true, port: 36677, reason: null, callers: [] };
  one('[data-switch="editors"]')?.click();
  await settled();
  one('[data-action="test-editors"]')?.click();
  await settled();
  expect(one('[data-card="editors"] [data-tested]')?.textContent).toContain('an editor would have received http://127.0.0.1:4870/a7xK9mPq2w');
  host.refused.set('testEditors', { code: 'not_tried', message: 'The server refused the key. Enter it again.' });
  one('[data-action="test-editors"]')?.click();
  await settled();
  expect(one('[data-card="editors"] [data-wrong]')?.textContent).toContain('refused the key');
  expect(one('[data-card="editors"] [data-tested]')).toBeNull();
});

test('the log is shown, and read again', async () => {
  const { host } = await open();
  one('[data-action="show-log"]')?.click();
  await settled();
  expect(one('[data-log]')?.textContent).toContain('editors are let in');
  one('[data-action="read-log"]')?.click();
  await settled();
  expect(host.asked).toEqual([['log'], ['log']]);
});

test('a setting is found by what it is about', async () => {
  await open();
  const search = one<HTMLInputElement>('input[type="search"]');
  if (!search) throw new Error('there is no search');
  search.value = 'gps';
  search.dispatchEvent(new Event('input', { bubbles: true }));
  await settled();
  const shown = [...document.querySelectorAll('h2')].map((heading) => heading.textContent);
  expect(shown).toEqual(['Privacy & names']);
});

test('a name template shows what it makes', async () => {
  await open();
  set('[data-field="name-template"]', '{date}-{name}');
  await settled();
  expect(document.body.textContent).toContain('For example: {date}-{name}.png');
});

test('light or dark is chosen at once, and remembered', async () => {
  await open();
  set('[data-select="theme"]', 'dark');
  expect(document.documentElement.dataset.theme).toBe('dark');
  expect(chosenTheme()).toBe('dark');
  set('[data-select="theme"]', 'system');
  expect(document.documentElement.dataset.theme).toBe('system');
});
