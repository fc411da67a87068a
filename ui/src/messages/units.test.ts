import { expect, test } from 'vitest';
import { dayName, fileSize, percent, share, timeOrDate } from './units';

test('file sizes are rounded for people', () => {
  expect(fileSize(0)).toBe('0 B');
  expect(fileSize(999)).toBe('999 B');
  expect(fileSize(48_200)).toBe('48 KB');
  expect(fileSize(999_700)).toBe('1 MB');
  expect(fileSize(2_436_000)).toBe('2.4 MB');
  expect(fileSize(3_200_000_000)).toBe('3.2 GB');
});

test('100 percent is only shown when everything is sent', () => {
  expect(percent(999, 1000)).toBe('99%');
  expect(percent(1000, 1000)).toBe('100%');
});

test('an empty total is no progress, and the share is at most 1', () => {
  expect(share(5, 0)).toBe(0);
  expect(share(12, 10)).toBe(1);
});

test('a row shows its time today and its date otherwise', () => {
  const now = new Date(2026, 10, 22, 15, 0);
  expect(timeOrDate(new Date(2026, 10, 22, 9, 5).toISOString(), now)).toMatch(/9:05|09:05/);
  expect(timeOrDate(new Date(2026, 9, 3).toISOString(), now)).toMatch(/Oct/);
  expect(timeOrDate('no date', now)).toBe('');
});

test('a day heading is today, yesterday or a date', () => {
  const now = new Date(2026, 10, 22, 15, 0);
  expect(dayName('2026-11-22', now)).toBe('Today');
  expect(dayName('2026-11-21', now)).toBe('Yesterday');
  expect(dayName('2026-03-01', now)).toBe('Sunday, March 1');
  expect(dayName('2024-02-29', now)).toBe('Thursday, February 29, 2024');
  expect(dayName('no day', now)).toBe('no day');
});
