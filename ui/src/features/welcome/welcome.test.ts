// The welcome as a person meets it: what is chosen applies at once, and nothing of it has to be answered.
import { flushSync, mount, tick, unmount } from 'svelte';
import { afterEach, expect, test } from 'vitest';
import { App } from '../../app.svelte';
import { FakeHost, HERE, READY } from '../../host/fake';
import { Route } from '../../router.svelte';
import Welcome from './Welcome.svelte';

let close = () => {};
afterEach(() => {
  close();
  location.hash = '';
});

async function open(step: string) {
  location.hash = `#/welcome/${step}`;
  const host = new FakeHost({ ...READY });
  host.suggested = [{ index: 0, path: '/home/me/Screenshots', place: '~/Screenshots', pictures: 214 }];
  const app = new App(host);
  await app.start();
  const view = mount(Welcome, { target: document.body, props: { app, route: new Route(window) } });
  close = () => void unmount(view);
  await settled();
  return { host, app };
}

async function settled() {
  for (let turn = 0; turn < 8; turn++) await tick();
  flushSync();
}

const one = <T extends HTMLElement>(selector: string) => document.querySelector<T>(selector);

test('a folder is off until it is chosen, and can be told to ask first', async () => {
  const { host } = await open('watch');
  expect(one('[data-offer]')?.textContent).toContain('~/Screenshots · 214 pictures');
  expect(one<HTMLInputElement>('[data-switch="watch"]')?.checked).toBe(false);
  one('[data-switch="watch"]')?.click();
  await settled();
  const mode = one<HTMLSelectElement>('[data-select="mode"]');
  if (!mode) throw new Error('nothing asks how to treat new pictures');
  mode.value = 'ask';
  mode.dispatchEvent(new Event('change', { bubbles: true }));
  await settled();
  expect(host.app.folders).toMatchObject([{ path: '/home/me/Screenshots', on: true, mode: 'ask' }]);
  one('[data-switch="watch"]')?.click();
  await settled();
  expect(host.app.folders).toMatchObject([{ on: false }]);
});

test('a server that is imported is the one that pictures go to', async () => {
  const { host } = await open('where');
  host.importTarget = async () => {
    host.app = { ...host.app, targets: [HERE, { ...HERE, id: 'zipline', name: 'Zipline', here: false }] };
    host.tell('state', host.app);
    return 'zipline';
  };
  one('[data-action="import-target"]')?.click();
  await settled();
  expect(one('[data-target="Zipline"]')?.classList.contains('chosen')).toBe(true);
});

test('a link is chosen as it will be pasted, by the switches that Home has', async () => {
  const { host, app } = await open('links');
  expect(one('[data-example="markdown"]')?.textContent).toBe('![harbour](http://127.0.0.1:4870/a7xK9mPq2w/original)');
  one('input[value="markdown"]')?.click();
  await settled();
  expect(app.copying.current.how).toBe('markdown');
  expect(host.asked).toContainEqual(['setCopy', { what: 'all', size: 800, how: 'markdown' }]);
});

test('who skips it is not asked again, and is told where that cannot be kept', async () => {
  const { host, app } = await open('where');
  host.refused.set('welcomed', { code: 'not_saved', message: 'The choice holds until you quit.' });
  one('[data-action="skip"]')?.click();
  await settled();
  expect(host.asked.at(-1)).toEqual(['welcomed']);
  expect(location.hash).toBe('#/');
  expect(app.notices.spoken).toContain('The choice holds until you quit.');
});
