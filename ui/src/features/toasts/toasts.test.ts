import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ToastStore } from './toasts.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const texts = (toasts: ToastStore) => toasts.items.map((toast) => toast.text);

test('the toast for a copied link names its format', () => {
  const toasts = new ToastStore();
  toasts.show({ code: 'copied', fields: { pictures: 1, links: 1, how: 'markdown' } });
  expect(texts(toasts)).toEqual(['Link copied · Markdown']);
});

test('a batch is announced once, with its pictures and failures', () => {
  const toasts = new ToastStore();
  toasts.show({ code: 'copied', fields: { pictures: 12, links: 60, failed: 1 } }, 'html');
  expect(toasts.announcement).toBe("Links of 12 pictures copied · HTML. 1 picture wasn't uploaded. See the list for the reason.");
});

test('a toast disappears after six seconds', () => {
  const toasts = new ToastStore();
  toasts.show({ code: 'nothing_to_paste', fields: {} });
  vi.advanceTimersByTime(5_999);
  expect(toasts.items).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(toasts.items).toHaveLength(0);
});

test('a hovered toast stays', () => {
  const toasts = new ToastStore();
  toasts.show({ code: 'nothing_to_paste', fields: {} });
  const key = toasts.items[0]?.key ?? 0;
  toasts.pauseTimer(key);
  vi.advanceTimersByTime(60_000);
  expect(toasts.items).toHaveLength(1);
  toasts.startTimer(key);
  vi.advanceTimersByTime(6_000);
  expect(toasts.items).toHaveLength(0);
});

test('a problem stays until it is dismissed', () => {
  const toasts = new ToastStore();
  toasts.show({ code: 'clipboard_failed', fields: {} });
  vi.advanceTimersByTime(60_000);
  expect(toasts.items).toHaveLength(1);
  expect(toasts.dismissNewest()).toBe(true);
  expect(toasts.dismissNewest()).toBe(false);
});

test('a repeated notice replaces itself and is announced again', () => {
  const toasts = new ToastStore();
  toasts.show({ code: 'copied', fields: { pictures: 1, links: 1 } });
  const first = toasts.announcement;
  toasts.show({ code: 'copied', fields: { pictures: 1, links: 1 } });
  expect(toasts.items).toHaveLength(1);
  expect(toasts.announcement).not.toBe(first);
});

test('at most three toasts are shown', () => {
  const toasts = new ToastStore();
  for (const code of ['nothing_to_paste', 'clipboard_failed', 'open_failed', 'queue_failed']) {
    toasts.show({ code, fields: {} });
  }
  expect(toasts.items.map((toast) => toast.code)).toEqual(['clipboard_failed', 'open_failed', 'queue_failed']);
});

test('a notice without a message here shows the host\'s message', () => {
  const toasts = new ToastStore();
  toasts.show({ code: 'brand_new', fields: { message: 'Something new happened.' } });
  expect(texts(toasts)).toEqual(['Something new happened.']);
});
