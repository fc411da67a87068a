import { expect, test } from 'vitest';
import type { RowState } from '../../host/host';
import { remedy, stateMessage } from './state-message';

const text = (state: RowState, copied = false) => stateMessage({ state, copied }).text;

test('a running upload shows its progress', () => {
  expect(text({ is: 'sending', sent: 42, total: 100 })).toBe('Uploading 42%');
});

test('an upload that is sent but not confirmed is not shown as done', () => {
  expect(text({ is: 'sending', sent: 100, total: 100 })).toBe('Finishing…');
});

test('a finished row says whether its link is on the clipboard', () => {
  expect(text({ is: 'done', links: [] })).toBe('Uploaded');
  expect(text({ is: 'done', links: [] }, true)).toBe('Link copied');
});

test('a failure is shown as a sentence, not as a code', () => {
  const message = 'This picture is 180 megapixels; this server accepts up to 100.';
  expect(text({ is: 'failed', code: 'too_many_pixels', fields: { sentence: message }, message, retry: false })).toBe(`Failed: ${message}`);
});

test('a failure with a message here uses it', () => {
  const failed = { is: 'failed', fields: {}, message: 'Not enough space.', retry: true } as const;
  expect(text({ ...failed, code: 'disk_full' })).toBe('Failed: The disk is full. Free up space, then retry.');
});

test('an offline upload says why and when it is retried', () => {
  const offline = { is: 'offline', retryAt: '2026-11-22T09:05:00Z', message: 'It is away.' } as const;
  expect(text({ ...offline, code: 'unreachable', fields: { address: 'http://h' } })).toMatch(/^Can't reach http:\/\/h\. Trying again at /);
  expect(text({ ...offline, code: 'brand_new', fields: {} })).toMatch(/^It is away\. Trying again at /);
});

test('a waiting row says what it waits for', () => {
  expect(text({ is: 'waiting', for: 'keychain' })).toBe('Waiting for the keychain');
  expect(text({ is: 'waiting', for: 'server' })).toBe('Waiting for the server');
});

test('a failure links to the place where it can be fixed', () => {
  const failed = (code: string): RowState => ({ is: 'failed', code, fields: {}, message: 'No.', retry: true });
  expect(remedy({ state: failed('unauthorised') })).toEqual({ is: 'settings', section: 'targets' });
  expect(remedy({ state: failed('certificate') })).toEqual({ is: 'settings', section: 'network' });
  expect(remedy({ state: failed('too_large') })).toEqual({ is: 'smaller' });
  expect(remedy({ state: failed('disk_full') })).toBeNull();
  expect(remedy({ state: { is: 'queued' } })).toBeNull();
});
