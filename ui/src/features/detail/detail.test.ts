// The detail view in the desktop window.
import { flushSync, mount, tick, unmount } from 'svelte';
import { expect, test } from 'vitest';
import { FakeHost } from '../../host/fake';
import { imageOf } from '../../host/fake-server';
import { ToastStore } from '../toasts/toasts.svelte';
import { Session } from '../../session.svelte';
import Detail from './Detail.svelte';

// jsdom does not implement dialogs.
HTMLDialogElement.prototype.showModal ??= function () {
  this.open = true;
};
HTMLDialogElement.prototype.close ??= function () {
  this.open = false;
};

test('the app opens an image in the browser by its id', async () => {
  const host = new FakeHost();
  host.server.set('GET /api/dashboard/images/7', imageOf('aB3dE5gH7j'));
  const noop = () => undefined;
  const session = new Session(host, new ToastStore());
  const view = mount(Detail, { target: document.body, props: { id: '7', initialImage: null, host, session, folders: [], close: noop, onChange: noop, remove: noop } });
  for (let turn = 0; turn < 8; turn++) await tick();
  flushSync();
  const open = document.querySelector<HTMLElement>('[data-dialog="detail"] [data-action="open"]');
  const click = new MouseEvent('click', { bubbles: true, cancelable: true });
  open?.dispatchEvent(click);
  expect(click.defaultPrevented).toBe(true);
  expect(host.calls.at(-1)).toEqual(['openPicture', 'aB3dE5gH7j']);
  unmount(view);
});
