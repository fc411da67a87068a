import { expect, test } from 'vitest';
import { FakeHost } from '../../host/fake';
import { ToastStore } from '../toasts/toasts.svelte';
import { CopySettingsState } from './copy-settings.svelte';

function setUp() {
  const host = new FakeHost();
  const toasts = new ToastStore();
  return { host, toasts, copySettings: new CopySettingsState(host, toasts) };
}

test('all settings are sent together, and the other one keeps its value', async () => {
  const { host, copySettings } = setUp();
  await copySettings.choose({ how: 'markdown' });
  await copySettings.choose({ what: 'size', size: 400 });
  expect(host.calls.at(-1)).toEqual(['setCopy', { what: 'size', size: 400, how: 'markdown' }]);
});

test('a failed change is reverted and reported', async () => {
  const { host, toasts, copySettings } = setUp();
  host.failingCalls.add('setCopy');
  await copySettings.choose({ how: 'html' });
  expect(copySettings.current.how).toBe('url');
  expect(toasts.items).toHaveLength(1);
});

test('the copy button follows the copy settings', async () => {
  const { copySettings } = setUp();
  expect(copySettings.label).toBe('all');
  await copySettings.choose({ what: 'original' });
  expect(copySettings.label).toBe('original');
  await copySettings.choose({ what: 'size', size: 1200 });
  expect(copySettings.label).toBe('1200');
});
