// The settings screen: changes are saved, and rejected ones are reverted with a message.
import { flushSync, mount, tick, unmount } from 'svelte';
import { afterEach, expect, test } from 'vitest';
import { App } from '../../app.svelte';
import { FakeHost, LOCAL_TARGET, READY_STATE, watchedFolder } from '../../host/fake';
import type { AppState } from '../../host/host';
import { Session } from '../../session.svelte';
import { Route } from '../../router.svelte';
import { storedTheme } from '../../theme';
import Settings from './Settings.svelte';

// jsdom does not implement dialogs.
HTMLDialogElement.prototype.showModal ??= function () {
  this.open = true;
};
HTMLDialogElement.prototype.close ??= function () {
  this.open = false;
};

let close = () => {};
afterEach(() => close());

async function open(overrides: Partial<AppState> = {}) {
  const host = new FakeHost({ ...READY_STATE, ...overrides });
  const app = new App(host);
  await app.start();
  const view = mount(Settings, { target: document.body, props: { host, app, route: new Route(window), session: new Session(host, app.toasts) } });
  close = () => void unmount(view);
  await settle();
  host.calls.length = 0;
  return { host, app };
}

async function settle() {
  for (let turn = 0; turn < 5; turn++) await tick();
  flushSync();
}

const element = <T extends HTMLElement>(selector: string) => document.querySelector<T>(selector);

function set(selector: string, value: string) {
  const field = element<HTMLInputElement>(selector);
  if (!field) throw new Error(`there is no ${selector}`);
  field.value = value;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  field.dispatchEvent(new Event('change', { bubbles: true }));
}

const OFFICE = { ...LOCAL_TARGET, id: 'office', name: 'Office', here: false, base: 'https://office.example' };

test('a watched folder can ask first and move uploaded files', async () => {
  const { host } = await open({ folders: [watchedFolder('shots', '/home/me/Screenshots')] });
  set('[data-select="mode"]', 'ask');
  await settle();
  set('[data-select="afterwards"]', 'move');
  await settle();
  expect(host.app.folders[0]).toMatchObject({ mode: 'ask', afterwards: { is: 'move', to: 'Uploaded' } });
});

test('a change can be undone, and the fields show the stored value', async () => {
  const { host, app } = await open();
  set('[data-field="link-template"]', '<{url}>');
  await settle();
  expect(host.savedSettings.template).toBe('<{url}>');
  app.toasts.accept(app.toasts.items.at(-1)?.key ?? 0);
  await settle();
  await settle();
  expect(host.savedSettings.template).toBe('{url}');
  expect(element<HTMLInputElement>('[data-field="link-template"]')?.value).toBe('{url}');
});

test('an error of the host is shown next to its control', async () => {
  const { host } = await open({ folders: [watchedFolder('shots', '/home/me/Screenshots')] });
  host.commandErrors.set('saveFolder', { code: 'bad_pattern', message: '[ is no pattern for files.' });
  set('[data-folder] [placeholder="*.png, Screenshot*"]', '[');
  await settle();
  expect(element('[data-folder] [role="alert"]')?.textContent).toBe('[ is no pattern for files.');
  expect(host.app.folders[0]?.patterns).toEqual([]);
});

test('a rejected setting is reverted', async () => {
  const { host } = await open();
  host.commandErrors.set('saveSettings', { code: 'not_saved', message: 'The disk is full.' });
  set('[data-policy="folder"]', 'never');
  await settle();
  expect(host.savedSettings.courtesy.folder).toBe('always');
  expect(element<HTMLSelectElement>('[data-policy="folder"]')?.value).toBe('always');
});

test('the marked target becomes the default', async () => {
  const { host } = await open({ targets: [LOCAL_TARGET, OFFICE] });
  element('[data-target="Office"] input[type="radio"]')?.click();
  await settle();
  expect(host.app.usual).toBe('office');
});

test('a test result is shown next to its target', async () => {
  const { host } = await open({ targets: [LOCAL_TARGET, OFFICE] });
  element('[data-target="Office"] [data-action="test-target"]')?.click();
  await settle();
  expect(element('[data-target="Office"] [data-test-result]')?.textContent).toContain('It works');
  host.commandErrors.set('testTarget', { code: 'unauthorised', message: 'The server refused the key. Enter it again.' });
  element('[data-target="Office"] [data-action="test-target"]')?.click();
  await settle();
  expect(element('[data-target="Office"] [data-error]')?.textContent).toContain('refused the key');
  expect(element('[data-target="Office"] [data-test-result]')).toBeNull();
});

test('an untrusted certificate shows its fingerprint and a link to the trusted authorities', async () => {
  const { host } = await open({ targets: [LOCAL_TARGET, OFFICE] });
  const fields = { address: OFFICE.base, fingerprint: '70:9E:80' };
  host.commandErrors.set('testTarget', { code: 'certificate', message: 'In the host\'s words.', fields });
  element('[data-target="Office"] [data-action="test-target"]')?.click();
  await settle();
  expect(element('[data-target="Office"] [data-error]')?.textContent).toBe("https://office.example has a certificate that can't be trusted. Check the address.");
  expect(element('[data-target="Office"] code')?.textContent).toBe('70:9E:80');
  expect(element('[data-target="Office"] [data-fingerprint] a')?.getAttribute('href')).toBe('#/settings/network');
  host.commandErrors.clear();
  element('[data-target="Office"] [data-action="test-target"]')?.click();
  await settle();
  expect(element('[data-fingerprint]')).toBeNull();
});

test('the editor listener can be tested and shows the link or the error', async () => {
  const { host } = await open();
  host.savedSettings = { ...host.savedSettings, editors: { ...host.savedSettings.editors, on: true } };
  host.editorListener = { open: true, port: 36677, reason: null, callers: [] };
  element('[data-switch="editors"]')?.click();
  await settle();
  element('[data-action="test-editors"]')?.click();
  await settle();
  expect(element('[data-card="editors"] [data-test-result]')?.textContent).toContain('an editor would have received http://127.0.0.1:4870/a7xK9mPq2w');
  host.commandErrors.set('testEditors', { code: 'not_tried', message: 'The server refused the key. Enter it again.' });
  element('[data-action="test-editors"]')?.click();
  await settle();
  expect(element('[data-card="editors"] [data-error]')?.textContent).toContain('refused the key');
  expect(element('[data-card="editors"] [data-test-result]')).toBeNull();
});

test('the log is shown and can be refreshed', async () => {
  const { host } = await open();
  element('[data-action="show-log"]')?.click();
  await settle();
  expect(element('[data-log]')?.textContent).toContain('editors are let in');
  element('[data-action="read-log"]')?.click();
  await settle();
  expect(host.calls).toEqual([['log'], ['log']]);
});

test('a setting is found by its search terms', async () => {
  await open();
  const search = element<HTMLInputElement>('input[type="search"]');
  if (!search) throw new Error('there is no search');
  search.value = 'gps';
  search.dispatchEvent(new Event('input', { bubbles: true }));
  await settle();
  const headings = [...document.querySelectorAll('h2')].map((heading) => heading.textContent);
  expect(headings).toEqual(['Privacy & names']);
});

test('a name template shows an example', async () => {
  await open();
  set('[data-field="name-template"]', '{date}-{name}');
  await settle();
  expect(document.body.textContent).toContain('For example: {date}-{name}.png');
});

test('the theme applies immediately and is stored', async () => {
  await open();
  set('[data-select="theme"]', 'dark');
  expect(document.documentElement.dataset.theme).toBe('dark');
  expect(storedTheme()).toBe('dark');
  set('[data-select="theme"]', 'system');
  expect(document.documentElement.dataset.theme).toBe('system');
});
