// Network sharing in the settings of the desktop app.
import { flushSync, mount, tick, unmount } from 'svelte';
import { afterEach, expect, test } from 'vitest';
import { App } from '../../app.svelte';
import { FakeHost, HOME_NETWORK, READY_STATE } from '../../host/fake';
import type { AppState } from '../../host/host';
import { Session } from '../../session.svelte';
import NetworkSharing from './NetworkSharing.svelte';

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
  const view = mount(NetworkSharing, { target: document.body, props: { app, session: new Session(host, app.toasts) } });
  close = () => void unmount(view);
  await settle();
  host.calls.length = 0;
  return host;
}

async function settle() {
  for (let turn = 0; turn < 5; turn++) await tick();
  flushSync();
}

async function press(selector: string) {
  const element = document.querySelector<HTMLElement>(selector);
  if (!element) throw new Error(`there is no ${selector}`);
  element.click();
  await settle();
}

const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)].map((element) => element.textContent?.trim());

test('sharing on the network shows the IP address, the mDNS name and the QR code', async () => {
  await open();
  await press('[data-switch="reach"]');
  expect(all('[data-address]')).toEqual(['http://192.168.1.5:4870', 'http://vitrine.local:4870']);
  expect(document.querySelector('[data-qr="address"] svg')?.getAttribute('aria-label')).toContain('192.168.1.5');
  await press('[data-action="invite"]');
  expect(document.querySelector('[data-qr="sign-in"] svg')).not.toBeNull();
});

test('a failed change shows its error and resets the switch', async () => {
  const host = await open();
  host.commandErrors.set('setReach', { code: 'cannot_listen', message: 'Port 4870 is taken by another program.' });
  await press('[data-switch="reach"]');
  expect(all('[data-card="reach"] [role="alert"]')).toEqual(['Port 4870 is taken by another program.']);
  expect(document.querySelector<HTMLInputElement>('[data-switch="reach"]')?.checked).toBe(false);
});

test('a missing password is asked for first', async () => {
  const host = await open();
  host.commandErrors.set('setReach', { code: 'no_password', message: 'Give the account a password first.' });
  await press('[data-switch="reach"]');
  expect(document.querySelector('[data-dialog="owner-password"]')).not.toBeNull();
});

test('an unknown network is named and can be allowed or left', async () => {
  const host = await open({ reach: { ...HOME_NETWORK, warning: { is: 'stranger', network: 'Airport' } } });
  expect(all('[data-warning] p').join()).toContain('Airport');
  await press('[data-action="allow-network"]');
  expect(document.querySelector('[data-warning]')).toBeNull();
  expect(host.calls).toContainEqual(['allowNetwork']);
});

test('network sharing is hidden while the server is off', async () => {
  const host = await open();
  await press('[data-switch="serving"]');
  expect(host.calls).toContainEqual(['setServing', false]);
  expect(document.querySelector('[data-card="reach"]')).toBeNull();
});
