import { expect, test } from 'vitest';
import { splitForEllipsis } from './middle-ellipsis';

test('a long name keeps its beginning and its end', () => {
  expect(splitForEllipsis('screenshot-2026-11-22-at-09-05-1.png')).toEqual(['screenshot-2026-11-22-at-09', '-05-1.png']);
});

test('a short name is not shortened', () => {
  expect(splitForEllipsis('cat.jpg')).toEqual(['cat.jpg', '']);
});

test('graphemes of several code points are not split', () => {
  const [head, tail] = splitForEllipsis('👩‍👩‍👧'.repeat(20));
  expect(head).toBe('👩‍👩‍👧'.repeat(11));
  expect(tail).toBe('👩‍👩‍👧'.repeat(9));
});
