// The welcome screen: choices apply immediately, and every step can be skipped.
import { flushSync, mount, tick, unmount } from 'svelte';
import { afterEach, expect, test } from 'vitest';
import { App } from '../../app.svelte';
import { FakeHost, LOCAL_TARGET, READY_STATE } from '../../host/fake';
import { Route } from '../../router.svelte';
import Welcome from './Welcome.svelte';

let close = () => {};
afterEach(() => {
  close();
  location.hash = '';
});

async function open(step: string) {
  location.hash = `#/welcome/${step}`;
  const host = new FakeHost({ ...READY_STATE });
  host.suggestions = [{ index: 0, path: '/home/me/Screenshots', place: '~/Screenshots', pictures: 214 }];
  const app = new App(host);
  await app.start();
  const view = mount(Welcome, { target: document.body, props: { app, route: new Route(window) } });
  close = () => void unmount(view);
  await settle();
  return { host, app };
}

async function settle() {
  for (let turn = 0; turn < 8; turn++) await tick();
  flushSync();
}

const element = <T extends HTMLElement>(selector: string) => document.querySelector<T>(selector);

test('a suggested folder is off by default and can ask first', async () => {
  const { host } = await open('watch');
  expect(element('[data-offer]')?.textContent).toContain('~/Screenshots · 214 pictures');
  expect(element<HTMLInputElement>('[data-switch="watch"]')?.checked).toBe(false);
  element('[data-switch="watch"]')?.click();
  await settle();
  const mode = element<HTMLSelectElement>('[data-select="mode"]');
  if (!mode) throw new Error('nothing asks how to treat new pictures');
  mode.value = 'ask';
  mode.dispatchEvent(new Event('change', { bubbles: true }));
  await settle();
  expect(host.app.folders).toMatchObject([{ path: '/home/me/Screenshots', on: true, mode: 'ask' }]);
  element('[data-switch="watch"]')?.click();
  await settle();
  expect(host.app.folders).toMatchObject([{ on: false }]);
});

test('an imported server becomes the default target', async () => {
  const { host } = await open('where');
  host.importTarget = async () => {
    host.app = { ...host.app, targets: [LOCAL_TARGET, { ...LOCAL_TARGET, id: 'zipline', name: 'Zipline', here: false }] };
    host.emit('state', host.app);
    return 'zipline';
  };
  element('[data-action="import-target"]')?.click();
  await settle();
  expect(element('[data-target="Zipline"]')?.classList.contains('selected')).toBe(true);
});

test('the link format is chosen from examples and stored as the copy setting', async () => {
  const { host, app } = await open('links');
  expect(element('[data-example="markdown"]')?.textContent).toBe('![harbour](http://127.0.0.1:4870/a7xK9mPq2w/original)');
  element('input[value="markdown"]')?.click();
  await settle();
  expect(app.copySettings.current.how).toBe('markdown');
  expect(host.calls).toContainEqual(['setCopy', { what: 'all', size: 800, how: 'markdown' }]);
});

test('the welcome is skipped for good, and an error is shown if that cannot be saved', async () => {
  const { host, app } = await open('where');
  host.commandErrors.set('welcomed', { code: 'not_saved', message: 'The choice holds until you quit.' });
  element('[data-action="skip"]')?.click();
  await settle();
  expect(host.calls.at(-1)).toEqual(['welcomed']);
  expect(location.hash).toBe('#/');
  expect(app.toasts.announcement).toContain('The choice holds until you quit.');
});
