import { expect, test } from 'vitest';
import { href, parts } from './router.svelte';

test('a route is read into its parts', () => {
  expect(parts('')).toEqual([]);
  expect(parts('#/')).toEqual([]);
  expect(parts('#/images/abc')).toEqual(['images', 'abc']);
  expect(parts('#/folders/été%2F2026')).toEqual(['folders', 'été/2026']);
});

test('a route that no one of us wrote is read without failing', () => {
  expect(parts('#/folders/%E0%A4%A')).toEqual(['folders', '%E0%A4%A']);
});

test('what a link says is what is read', () => {
  expect(parts(href('folders', 'a/b c%'))).toEqual(['folders', 'a/b c%']);
});
