import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Api } from '../../api/api';
import { FakeHost } from '../../host/fake';
import { imageOf } from '../../host/fake-server';
import type { Upload } from '../../host/host';
import { Sending } from './sending.svelte';

const DOOR = 'POST /api/dashboard/images';
const file = (name: string) => ({ file: new File(['bytes'], name), within: '' });
const states = (sending: Sending) => sending.jobs.map(({ state }) => state.is);

function world() {
  const host = new FakeHost();
  host.server.set(DOOR, imageOf('a'));
  return { host, sending: new Sending(new Api(host), host.upload!) };
}

/** An upload that ends when the test says so. */
function held() {
  const open: ((response: Response) => void)[] = [];
  const keys: string[] = [];
  const upload: Upload = (_, __, { headers, signal }) =>
    new Promise((resolve, reject) => {
      keys.push(headers['Idempotency-Key'] ?? '');
      open.push(resolve);
      signal.addEventListener('abort', () => reject(new DOMException('', 'AbortError')));
    });
  return { open, keys, sending: new Sending(new Api(new FakeHost()), upload) };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('pictures arrive in the order in which they were given', async () => {
  const { sending } = world();
  sending.add([file('a.png'), file('b.png')], '');
  await vi.runAllTimersAsync();
  expect(states(sending)).toEqual(['done', 'done']);
  expect(sending.images).toHaveLength(2);
  expect(sending.rounds).toBeGreaterThan(0);
});

test('no more than three are sent at once', async () => {
  const { sending, open } = held();
  sending.add(['a', 'b', 'c', 'd'].map(file), '');
  expect(states(sending)).toEqual(['sending', 'sending', 'sending', 'queued']);
  open[0]!(Response.json(imageOf('a')));
  await vi.runAllTimersAsync();
  expect(states(sending)).toEqual(['done', 'sending', 'sending', 'sending']);
});

test('a refusal stays with its picture, and a retry sends the same once more', async () => {
  const { sending, open, keys } = held();
  sending.add([file('a.txt')], '');
  open[0]!(Response.json({ error: 'This is not a picture.', code: 'invalid_image' }, { status: 400 }));
  await vi.runAllTimersAsync();
  expect(sending.jobs[0]?.state).toEqual({ is: 'failed', message: 'This is not a picture.' });
  sending.retry(sending.jobs[0]!);
  expect(states(sending)).toEqual(['sending']);
  expect(keys[1]).toBe(keys[0]);
});

test('a server that asks to wait is waited for, and does not hold up the end', async () => {
  const { sending, open } = held();
  sending.add([file('a.png')], '');
  open[0]!(Response.json({ error: 'Too often.', code: 'rate_limited' }, { status: 429, headers: { 'Retry-After': '7' } }));
  await vi.advanceTimersByTimeAsync(6_900);
  expect(states(sending)).toEqual(['waiting']);
  await vi.advanceTimersByTimeAsync(200);
  expect(states(sending)).toEqual(['sending']);
});

test('a connection that is cut for a moment costs nothing', async () => {
  const { host, sending } = world();
  host.broken.add('upload');
  sending.add([file('a.png')], '');
  await vi.advanceTimersByTimeAsync(100);
  expect(sending.jobs[0]?.state).toEqual({ is: 'waiting', for: 'connection' });
  host.broken.delete('upload');
  await vi.runAllTimersAsync();
  expect(states(sending)).toEqual(['done']);
});

test('a file that has gone is told from a connection that was cut', async () => {
  const { host, sending } = world();
  host.broken.add('upload');
  const gone = file('a.png');
  gone.file.slice = () => ({ arrayBuffer: () => Promise.reject(new DOMException('', 'NotFoundError')) }) as unknown as Blob;
  sending.add([gone], '');
  await vi.advanceTimersByTimeAsync(100);
  expect(sending.jobs[0]?.state).toEqual({ is: 'failed', message: "This file can't be read any more. Choose it again." });
});

test('what came in a folder goes into one of its name', () => {
  const { sending } = held();
  sending.add([file('a.png'), { ...file('b.png'), within: 'Trip/Day 1' }], 'Holidays');
  sending.add([{ ...file('c.png'), within: 'Trip' }], '');
  expect(sending.jobs.map(({ folder }) => folder)).toEqual(['Holidays', 'Holidays/Trip/Day 1', 'Trip']);
});

test('a connection that stays cut fails with a sentence', async () => {
  const { host, sending } = world();
  host.broken.add('upload');
  sending.add([file('a.png')], '');
  await vi.runAllTimersAsync();
  expect(sending.jobs[0]?.state).toEqual({ is: 'failed', message: 'The connection was interrupted. Retry to upload the picture again.' });
});

test('a picture that is taken off the list is called off, and the next one has its turn', () => {
  const { sending } = held();
  sending.add(['a', 'b', 'c', 'd'].map(file), '');
  const [first] = sending.jobs;
  sending.remove(first!);
  expect(first!.cancelled.signal.aborted).toBe(true);
  expect(states(sending)).toEqual(['sending', 'sending', 'sending']);
});

test('a new lot does not bring the old one along, but for what failed', async () => {
  const { host, sending } = world();
  sending.add([file('a.png')], '');
  await vi.runAllTimersAsync();
  host.broken.add('upload');
  sending.add([file('b.png')], '');
  await vi.runAllTimersAsync();
  sending.add([file('c.png')], '');
  expect(sending.jobs.map(({ file }) => file.name)).toEqual(['b.png', 'c.png']);
});
