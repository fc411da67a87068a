// A picture looked at closely, in the window, which leaves its own page for nothing.
import { flushSync, mount, tick, unmount } from 'svelte';
import { expect, test } from 'vitest';
import { FakeHost } from '../../host/fake';
import { imageOf } from '../../host/fake-server';
import { Notices } from '../toasts/toasts.svelte';
import { Visit } from '../../session.svelte';
import Detail from './Detail.svelte';

// jsdom draws no dialogs.
HTMLDialogElement.prototype.showModal ??= function () {
  this.open = true;
};
HTMLDialogElement.prototype.close ??= function () {
  this.open = false;
};

test('the app opens a picture in the browser, by its id alone', async () => {
  const host = new FakeHost();
  host.server.set('GET /api/dashboard/images/7', imageOf('aB3dE5gH7j'));
  const nothing = () => undefined;
  const visit = new Visit(host, new Notices());
  const view = mount(Detail, { target: document.body, props: { id: '7', known: null, host, visit, places: [], close: nothing, changed: nothing, remove: nothing } });
  for (let turn = 0; turn < 8; turn++) await tick();
  flushSync();
  const open = document.querySelector<HTMLElement>('[data-dialog="detail"] [data-action="open"]');
  const pressed = new MouseEvent('click', { bubbles: true, cancelable: true });
  open?.dispatchEvent(pressed);
  expect(pressed.defaultPrevented).toBe(true);
  expect(host.asked.at(-1)).toEqual(['openPicture', 'aB3dE5gH7j']);
  unmount(view);
});
