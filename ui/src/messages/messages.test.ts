import { expect, test } from 'vitest';
import { lookUp, t } from './messages';

test('a message is filled in with its fields', () => {
  expect(t('server.running', { address: '127.0.0.1:4870' })).toBe('Running at 127.0.0.1:4870');
});

test('a message has a singular and a plural form', () => {
  expect(t('drag.title', { count: 1, target: 'This computer' })).toBe('Drop to upload 1 picture to This computer');
  expect(t('drag.title', { count: 3, target: 'This computer' })).toBe('Drop to upload 3 pictures to This computer');
});

test('a right-to-left name does not reorder its sentence', () => {
  expect(t('row.progress', { name: 'תמונה.png' })).toBe('Upload of \u2068תמונה.png\u2069');
});

test('a message with a missing field is not shown', () => {
  expect(lookUp('server.running', {})).toBeNull();
  expect(lookUp('server.running', { address: 'a' })).toBe('Running at a');
});

test('an unknown key has no message', () => {
  expect(lookUp('notice.never_heard_of', {})).toBeNull();
  expect(lookUp('toString', {})).toBeNull();
});
