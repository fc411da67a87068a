import { afterEach, expect, test, vi } from 'vitest';
import { FakeHost, pictureRow, READY_STATE } from '../../host/fake';
import type { Row } from '../../host/host';
import { ToastStore } from '../toasts/toasts.svelte';
import { Uploads } from './uploads.svelte';

afterEach(() => void vi.useRealTimers());

async function setUp(rows: Row[] = []) {
  const host = new FakeHost(READY_STATE, rows);
  const toasts = new ToastStore();
  const uploads = new Uploads(host, toasts);
  await host.on('forgotten', ({ id }) => uploads.removeForgotten(id));
  await uploads.load();
  return { host, toasts, uploads };
}

const ids = (uploads: Uploads) => uploads.rows.map((row) => row.id);
const pictures = (count: number) => Array.from({ length: count }, (_, at) => pictureRow(at + 1));

test('rows are listed newest first, in whatever order they arrive', async () => {
  const { uploads } = await setUp([pictureRow(1), pictureRow(3)]);
  uploads.applyRows([pictureRow(4)]);
  uploads.applyRows([pictureRow(2)]);
  expect(ids(uploads)).toEqual([4, 3, 2, 1]);
});

test('an update replaces its row in place', async () => {
  const { uploads } = await setUp(pictures(3));
  uploads.applyRows([pictureRow(2, { copied: true })]);
  expect(ids(uploads)).toEqual([3, 2, 1]);
  expect(uploads.rows[1]?.copied).toBe(true);
});

test('updates during loading are not overwritten', async () => {
  const host = new FakeHost(READY_STATE, [pictureRow(1, { state: { is: 'queued' } }), pictureRow(2)]);
  const uploads = new Uploads(host, new ToastStore());
  const loading = uploads.load();
  uploads.applyRows([pictureRow(1)]);
  uploads.removeForgotten(2);
  await loading;
  expect(uploads.rows.map((row) => [row.id, row.state.is])).toEqual([[1, 'done']]);
});

test('progress updates a running row', async () => {
  const { uploads } = await setUp([pictureRow(1, { state: { is: 'queued' } })]);
  uploads.applyProgress({ id: 1, sent: 42, total: 100 });
  expect(uploads.rows[0]?.state).toEqual({ is: 'sending', sent: 42, total: 100 });
});

test('late progress does not reopen a finished row', async () => {
  const { uploads } = await setUp([pictureRow(1)]);
  uploads.applyProgress({ id: 1, sent: 99, total: 100 });
  expect(uploads.rows[0]?.state.is).toBe('done');
});

test('older rows are loaded page by page until all are loaded', async () => {
  const { host, uploads } = await setUp(pictures(120));
  expect(uploads.rows).toHaveLength(50);
  await uploads.loadMore();
  await uploads.loadMore();
  expect(uploads.rows).toHaveLength(120);
  await uploads.loadMore();
  expect(host.calls.filter(([request]) => request === 'rows')).toEqual([
    ['rows', 50, null],
    ['rows', 50, 71],
    ['rows', 50, 21],
  ]);
});

test('scrolling while a page is loading does not request it twice', async () => {
  const { host, uploads } = await setUp(pictures(120));
  await Promise.all([uploads.loadMore(), uploads.loadMore()]);
  expect(host.calls.filter(([request]) => request === 'rows')).toHaveLength(2);
});

test('a list that failed to load is not shown as empty', async () => {
  const host = new FakeHost();
  host.failingCalls.add('rows');
  const uploads = new Uploads(host, new ToastStore());
  await uploads.load();
  expect(uploads.phase).toBe('failed');
});

test('a reload adds missed rows and keeps newer ones', async () => {
  const { host, uploads } = await setUp(pictures(120));
  await uploads.loadMore();
  host.storedRows = host.storedRows.filter((row) => row.id !== 119).concat(pictureRow(121));
  const loading = uploads.reload();
  uploads.applyRows([pictureRow(122)]);
  uploads.applyRows([pictureRow(120, { copied: true })]);
  await loading;
  expect(ids(uploads).slice(0, 4)).toEqual([122, 121, 120, 118]);
  expect(uploads.rows[2]?.copied).toBe(true);
  expect(uploads.rows).toHaveLength(101);
});

test('a removed row passes the focus to the one below it', async () => {
  const { uploads } = await setUp(pictures(3));
  uploads.current = 2;
  await uploads.forget(pictureRow(2));
  expect(ids(uploads)).toEqual([3, 1]);
  expect(uploads.current).toBe(1);
});

test('the focus stays on its row when a new one arrives above it', async () => {
  const { uploads } = await setUp(pictures(2));
  uploads.current = 2;
  uploads.applyRows([pictureRow(3)]);
  expect(uploads.current).toBe(2);
});

test('the arrow keys stop at both ends of the list', async () => {
  const { uploads } = await setUp(pictures(3));
  expect(uploads.step(1)).toBe(2);
  expect(uploads.step(9)).toBe(1);
  expect(uploads.step(-9)).toBe(3);
});

test('a copy button is confirmed for a moment', async () => {
  vi.useFakeTimers();
  const { host, uploads } = await setUp([pictureRow(7)]);
  await uploads.copy(pictureRow(7), '200');
  expect(host.calls.at(-1)).toEqual(['copy', 7, '200']);
  expect(uploads.copiedLink).toEqual({ id: 7, label: '200' });
  vi.advanceTimersByTime(1_800);
  expect(uploads.copiedLink).toBeNull();
});

test('a failed copy is reported, not confirmed', async () => {
  const { host, toasts, uploads } = await setUp([pictureRow(7)]);
  host.failingCalls.add('copy');
  await uploads.copy(pictureRow(7), 'all');
  expect(uploads.copiedLink).toBeNull();
  expect(toasts.items.map((toast) => toast.code)).toEqual(['request_failed']);
});

test('a row without links cannot be copied or opened', async () => {
  const { host, uploads } = await setUp();
  const queued = pictureRow(1, { state: { is: 'queued' } });
  await uploads.copy(queued, 'all');
  await uploads.open(queued);
  expect(host.calls.map(([request]) => request)).toEqual(['rows']);
});

test('only retryable failures are retried', async () => {
  const { host, uploads } = await setUp();
  const failed = (id: number, retry: boolean) =>
    pictureRow(id, { state: { is: 'failed', code: 'x', fields: {}, message: 'It failed.', retry } });
  await uploads.retry(failed(1, true));
  await uploads.retry(failed(2, false));
  await uploads.retry(pictureRow(3));
  expect(host.calls.filter(([request]) => request === 'retry')).toEqual([['retry', 1]]);
});

test('a copy that the clipboard rejected is not confirmed', async () => {
  const { host, toasts, uploads } = await setUp([pictureRow(7)]);
  host.clipboardWorks = false;
  await uploads.copy(pictureRow(7), 'all');
  expect(uploads.copiedLink).toBeNull();
  expect(toasts.items).toEqual([]);
});

test('a search also finds older rows', async () => {
  const { host, uploads } = await setUp(pictures(120).map((row) => (row.id === 1 ? { ...row, name: 'Oldest.png' } : row)));
  await uploads.search('oldest');
  expect(uploads.visibleRows.map((row) => row.id)).toEqual([1]);
  expect(uploads.current).toBe(1);
  host.failingCalls.add('rows');
  await uploads.search('');
  expect(uploads.visibleRows).toHaveLength(120);
});

test('updates of five hundred rows are applied at once', async () => {
  const { uploads } = await setUp(pictures(500));
  const before = uploads.rows;
  uploads.applyRows(pictures(500).map((row) => ({ ...row, copied: true })));
  expect(uploads.rows).not.toBe(before);
  expect(ids(uploads)).toEqual(pictures(500).map((row) => 501 - row.id));
  expect(uploads.rows.every((row) => row.copied)).toBe(true);
});
