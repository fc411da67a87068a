import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Notices } from './notices.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const texts = (notices: Notices) => notices.toasts.map((toast) => toast.text);

test('a copied link is said with the format it was written in', () => {
  const notices = new Notices();
  notices.say({ code: 'copied', fields: { pictures: 1, links: 1, how: 'markdown' } });
  expect(texts(notices)).toEqual(['Link copied · Markdown']);
});

test('a batch is said once, with its pictures and its failures', () => {
  const notices = new Notices();
  notices.say({ code: 'copied', fields: { pictures: 12, links: 60, failed: 1 } }, 'html');
  expect(notices.spoken).toBe("Links of 12 pictures copied · HTML. 1 picture wasn't uploaded. See the list for the reason.");
});

test('a toast goes by itself after six seconds', () => {
  const notices = new Notices();
  notices.say({ code: 'nothing_to_paste', fields: {} });
  vi.advanceTimersByTime(5_999);
  expect(notices.toasts).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(notices.toasts).toHaveLength(0);
});

test('a toast stays while the pointer is on it', () => {
  const notices = new Notices();
  notices.say({ code: 'nothing_to_paste', fields: {} });
  const key = notices.toasts[0]?.key ?? 0;
  notices.hold(key);
  vi.advanceTimersByTime(60_000);
  expect(notices.toasts).toHaveLength(1);
  notices.release(key);
  vi.advanceTimersByTime(6_000);
  expect(notices.toasts).toHaveLength(0);
});

test('a problem stays until it is dismissed', () => {
  const notices = new Notices();
  notices.say({ code: 'clipboard_failed', fields: {} });
  vi.advanceTimersByTime(60_000);
  expect(notices.toasts).toHaveLength(1);
  expect(notices.dismissNewest()).toBe(true);
  expect(notices.dismissNewest()).toBe(false);
});

test('the same news replaces itself and is spoken again', () => {
  const notices = new Notices();
  notices.say({ code: 'copied', fields: { pictures: 1, links: 1 } });
  const first = notices.spoken;
  notices.say({ code: 'copied', fields: { pictures: 1, links: 1 } });
  expect(notices.toasts).toHaveLength(1);
  expect(notices.spoken).not.toBe(first);
});

test('never more than three toasts are shown', () => {
  const notices = new Notices();
  for (const code of ['nothing_to_paste', 'clipboard_failed', 'open_failed', 'queue_failed']) {
    notices.say({ code, fields: {} });
  }
  expect(notices.toasts.map((toast) => toast.code)).toEqual(['clipboard_failed', 'open_failed', 'queue_failed']);
});

test('a notice without words here is said in the words of the host', () => {
  const notices = new Notices();
  notices.say({ code: 'brand_new', fields: { message: 'Something new happened.' } });
  expect(texts(notices)).toEqual(['Something new happened.']);
});
