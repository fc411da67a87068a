import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Api } from '../../api/api';
import { FakeHost } from '../../host/fake';
import { Notices } from '../toasts/toasts.svelte';
import { Deleting } from './undoable-delete.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const BULK = 'POST /api/dashboard/images/bulk';

function begin() {
  const host = new FakeHost();
  host.server.set(BULK, { done: 1, gone: [] });
  const notices = new Notices();
  const refused = vi.fn();
  const deleting = new Deleting(new Api(host), notices, refused);
  const asked = () => host.asked.map(([, , body]) => (body as { ids: string[] }).ids);
  return { host, notices, refused, deleting, asked };
}

test('what is deleted is out of sight at once, and gone when nobody undid it for ten seconds', async () => {
  const { deleting, notices, asked } = begin();
  deleting.delete(['a', 'b']);
  expect([...deleting.ids]).toEqual(['a', 'b']);
  expect(notices.toasts.map(({ text, offer }) => [text, offer?.text])).toEqual([['2 pictures deleted', 'Undo']]);
  await vi.advanceTimersByTimeAsync(9_999);
  expect(asked()).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(asked()).toEqual([['a', 'b']]);
  expect([deleting.ids.size, deleting.rounds, notices.toasts.length]).toEqual([2, 1, 0]);
});

test('undone in time, the server never hears of it', async () => {
  const { deleting, notices, asked } = begin();
  deleting.delete(['a']);
  notices.take(notices.toasts[0]!.key);
  expect([deleting.ids.size, notices.toasts.length]).toEqual([0, 0]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked()).toEqual([]);
});

test('the next deletion, and a dismissed toast, end the time of the one before', async () => {
  const { deleting, notices, asked } = begin();
  deleting.delete(['a']);
  deleting.delete(['b']);
  await vi.advanceTimersByTimeAsync(0);
  expect(asked()).toEqual([['a']]);
  expect([...deleting.ids]).toEqual(['a', 'b']);
  notices.dismiss(notices.toasts[0]!.key);
  await vi.advanceTimersByTimeAsync(0);
  expect(asked()).toEqual([['a'], ['b']]);
});

test('a toast that is looked at waits, and its pictures with it', async () => {
  const { deleting, notices, asked } = begin();
  deleting.delete(['a']);
  notices.hold(notices.toasts[0]!.key);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked()).toEqual([]);
  notices.release(notices.toasts[0]!.key);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked()).toEqual([['a']]);
});

test('a page that is left deletes at once', async () => {
  const { deleting, asked } = begin();
  deleting.delete(['a']);
  await deleting.carryOut(true);
  expect(asked()).toEqual([['a']]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked()).toHaveLength(1);
});

test('what could not be deleted is back, and why is said', async () => {
  const { host, deleting, refused } = begin();
  host.server.delete(BULK);
  deleting.delete(['a']);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(refused).toHaveBeenCalledOnce();
  expect([deleting.ids.size, deleting.rounds]).toEqual([0, 0]);
});
