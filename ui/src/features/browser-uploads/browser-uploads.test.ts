import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Api } from '../../api/api';
import { FakeHost } from '../../host/fake';
import { imageOf } from '../../host/fake-server';
import type { Upload } from '../../host/host';
import { BrowserUploads } from './browser-uploads.svelte';

const UPLOAD_ROUTE = 'POST /api/dashboard/images';
const file = (name: string) => ({ file: new File(['bytes'], name), folderPath: '' });
const states = (uploads: BrowserUploads) => uploads.jobs.map(({ state }) => state.is);

function setUp() {
  const host = new FakeHost();
  host.server.set(UPLOAD_ROUTE, imageOf('a'));
  return { host, uploads: new BrowserUploads(new Api(host), host.upload!) };
}

/** Uploads that end when the test responds. */
function setUpHeldUploads() {
  const responses: ((response: Response) => void)[] = [];
  const keys: string[] = [];
  const upload: Upload = (_, __, { headers, signal }) =>
    new Promise((resolve, reject) => {
      keys.push(headers['Idempotency-Key'] ?? '');
      responses.push(resolve);
      signal.addEventListener('abort', () => reject(new DOMException('', 'AbortError')));
    });
  return { responses, keys, uploads: new BrowserUploads(new Api(new FakeHost()), upload) };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('images are listed in the order they were added', async () => {
  const { uploads } = setUp();
  uploads.add([file('a.png'), file('b.png')], '');
  await vi.runAllTimersAsync();
  expect(states(uploads)).toEqual(['done', 'done']);
  expect(uploads.images).toHaveLength(2);
  expect(uploads.revision).toBeGreaterThan(0);
});

test('at most three uploads run in parallel', async () => {
  const { uploads, responses } = setUpHeldUploads();
  uploads.add(['a', 'b', 'c', 'd'].map(file), '');
  expect(states(uploads)).toEqual(['sending', 'sending', 'sending', 'queued']);
  responses[0]!(Response.json(imageOf('a')));
  await vi.runAllTimersAsync();
  expect(states(uploads)).toEqual(['done', 'sending', 'sending', 'sending']);
});

test('a rejected upload shows its error, and a retry sends the same idempotency key', async () => {
  const { uploads, responses, keys } = setUpHeldUploads();
  uploads.add([file('a.txt')], '');
  responses[0]!(Response.json({ error: 'This is not a picture.', code: 'invalid_image' }, { status: 400 }));
  await vi.runAllTimersAsync();
  expect(uploads.jobs[0]?.state).toEqual({ is: 'failed', message: 'This is not a picture.' });
  uploads.retry(uploads.jobs[0]!);
  expect(states(uploads)).toEqual(['sending']);
  expect(keys[1]).toBe(keys[0]);
});

test('an upload waits as long as the server asks it to', async () => {
  const { uploads, responses } = setUpHeldUploads();
  uploads.add([file('a.png')], '');
  responses[0]!(Response.json({ error: 'Too often.', code: 'rate_limited' }, { status: 429, headers: { 'Retry-After': '7' } }));
  await vi.advanceTimersByTimeAsync(6_900);
  expect(states(uploads)).toEqual(['waiting']);
  await vi.advanceTimersByTimeAsync(200);
  expect(states(uploads)).toEqual(['sending']);
});

test('a short connection loss does not fail an upload', async () => {
  const { host, uploads } = setUp();
  host.failingCalls.add('upload');
  uploads.add([file('a.png')], '');
  await vi.advanceTimersByTimeAsync(100);
  expect(uploads.jobs[0]?.state).toEqual({ is: 'waiting', for: 'connection' });
  host.failingCalls.delete('upload');
  await vi.runAllTimersAsync();
  expect(states(uploads)).toEqual(['done']);
});

test('a deleted file is distinguished from a lost connection', async () => {
  const { host, uploads } = setUp();
  host.failingCalls.add('upload');
  const deletedFile = file('a.png');
  deletedFile.file.slice = () => ({ arrayBuffer: () => Promise.reject(new DOMException('', 'NotFoundError')) }) as unknown as Blob;
  uploads.add([deletedFile], '');
  await vi.advanceTimersByTimeAsync(100);
  expect(uploads.jobs[0]?.state).toEqual({ is: 'failed', message: "This file can't be read any more. Choose it again." });
});

test('files from a dropped folder go into a folder of the same name', () => {
  const { uploads } = setUpHeldUploads();
  uploads.add([file('a.png'), { ...file('b.png'), folderPath: 'Trip/Day 1' }], 'Holidays');
  uploads.add([{ ...file('c.png'), folderPath: 'Trip' }], '');
  expect(uploads.jobs.map(({ folder }) => folder)).toEqual(['Holidays', 'Holidays/Trip/Day 1', 'Trip']);
});

test('an upload fails with a message when the connection stays down', async () => {
  const { host, uploads } = setUp();
  host.failingCalls.add('upload');
  uploads.add([file('a.png')], '');
  await vi.runAllTimersAsync();
  expect(uploads.jobs[0]?.state).toEqual({ is: 'failed', message: 'The connection was interrupted. Retry to upload the picture again.' });
});

test('removing an upload cancels it and starts the next one', () => {
  const { uploads } = setUpHeldUploads();
  uploads.add(['a', 'b', 'c', 'd'].map(file), '');
  const [first] = uploads.jobs;
  uploads.remove(first!);
  expect(first!.abortController.signal.aborted).toBe(true);
  expect(states(uploads)).toEqual(['sending', 'sending', 'sending']);
});

test('a new batch keeps only the failed uploads of the previous one', async () => {
  const { host, uploads } = setUp();
  uploads.add([file('a.png')], '');
  await vi.runAllTimersAsync();
  host.failingCalls.add('upload');
  uploads.add([file('b.png')], '');
  await vi.runAllTimersAsync();
  uploads.add([file('c.png')], '');
  expect(uploads.jobs.map(({ file }) => file.name)).toEqual(['b.png', 'c.png']);
});
