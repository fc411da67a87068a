import { expect, test } from 'vitest';
import { dayName, fileSize, percent, share, when } from './units';

test('file sizes are rounded to what a person compares', () => {
  expect(fileSize(0)).toBe('0 B');
  expect(fileSize(999)).toBe('999 B');
  expect(fileSize(48_200)).toBe('48 KB');
  expect(fileSize(999_700)).toBe('1 MB');
  expect(fileSize(2_436_000)).toBe('2.4 MB');
  expect(fileSize(3_200_000_000)).toBe('3.2 GB');
});

test('a hundred percent is said only when all of it is sent', () => {
  expect(percent(999, 1000)).toBe('99%');
  expect(percent(1000, 1000)).toBe('100%');
});

test('a total of nothing is no progress, and more than all is all', () => {
  expect(share(5, 0)).toBe(0);
  expect(share(12, 10)).toBe(1);
});

test('a row of today shows its time and an older one its day', () => {
  const now = new Date(2026, 10, 22, 15, 0);
  expect(when(new Date(2026, 10, 22, 9, 5).toISOString(), now)).toMatch(/9:05|09:05/);
  expect(when(new Date(2026, 9, 3).toISOString(), now)).toMatch(/Oct/);
  expect(when('no date', now)).toBe('');
});

test('a day is today, yesterday, or called by its name', () => {
  const now = new Date(2026, 10, 22, 15, 0);
  expect(dayName('2026-11-22', now)).toBe('Today');
  expect(dayName('2026-11-21', now)).toBe('Yesterday');
  expect(dayName('2026-03-01', now)).toBe('Sunday, March 1');
  expect(dayName('2024-02-29', now)).toBe('Thursday, February 29, 2024');
  expect(dayName('no day', now)).toBe('no day');
});
