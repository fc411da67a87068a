import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Api } from '../../api/api';
import { FakeHost } from '../../host/fake';
import { ToastStore } from '../toasts/toasts.svelte';
import { UndoableDelete } from './undoable-delete.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const BULK = 'POST /api/dashboard/images/bulk';

function setUp() {
  const host = new FakeHost();
  host.server.set(BULK, { done: 1, gone: [] });
  const toasts = new ToastStore();
  const reportError = vi.fn();
  const deletion = new UndoableDelete(new Api(host), toasts, reportError);
  const deletedIds = () => host.calls.map(([, , body]) => (body as { ids: string[] }).ids);
  return { host, toasts, reportError, deletion, deletedIds };
}

test('deleted images are hidden immediately and deleted on the server after ten seconds', async () => {
  const { deletion, toasts, deletedIds } = setUp();
  deletion.delete(['a', 'b']);
  expect([...deletion.ids]).toEqual(['a', 'b']);
  expect(toasts.items.map(({ text, offer }) => [text, offer?.text])).toEqual([['2 pictures deleted', 'Undo']]);
  await vi.advanceTimersByTimeAsync(9_999);
  expect(deletedIds()).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(deletedIds()).toEqual([['a', 'b']]);
  expect([deletion.ids.size, deletion.revision, toasts.items.length]).toEqual([2, 1, 0]);
});

test('an undone deletion never reaches the server', async () => {
  const { deletion, toasts, deletedIds } = setUp();
  deletion.delete(['a']);
  toasts.accept(toasts.items[0]!.key);
  expect([deletion.ids.size, toasts.items.length]).toEqual([0, 0]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(deletedIds()).toEqual([]);
});

test('the next deletion, or a dismissed toast, commits the previous one', async () => {
  const { deletion, toasts, deletedIds } = setUp();
  deletion.delete(['a']);
  deletion.delete(['b']);
  await vi.advanceTimersByTimeAsync(0);
  expect(deletedIds()).toEqual([['a']]);
  expect([...deletion.ids]).toEqual(['a', 'b']);
  toasts.dismiss(toasts.items[0]!.key);
  await vi.advanceTimersByTimeAsync(0);
  expect(deletedIds()).toEqual([['a'], ['b']]);
});

test('hovering over the toast extends the undo time', async () => {
  const { deletion, toasts, deletedIds } = setUp();
  deletion.delete(['a']);
  toasts.pauseTimer(toasts.items[0]!.key);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(deletedIds()).toEqual([]);
  toasts.startTimer(toasts.items[0]!.key);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(deletedIds()).toEqual([['a']]);
});

test('a page that unloads commits immediately', async () => {
  const { deletion, deletedIds } = setUp();
  deletion.delete(['a']);
  await deletion.commit(true);
  expect(deletedIds()).toEqual([['a']]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(deletedIds()).toHaveLength(1);
});

test('images that could not be deleted reappear with an error', async () => {
  const { host, deletion, reportError } = setUp();
  host.server.delete(BULK);
  deletion.delete(['a']);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(reportError).toHaveBeenCalledOnce();
  expect([deletion.ids.size, deletion.revision]).toEqual([0, 0]);
});
