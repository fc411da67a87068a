import { expect, test } from 'vitest';
import { href, parseHash } from './router.svelte';

test('a route is read into its parts', () => {
  expect(parseHash('')).toEqual([]);
  expect(parseHash('#/')).toEqual([]);
  expect(parseHash('#/images/abc')).toEqual(['images', 'abc']);
  expect(parseHash('#/folders/été%2F2026')).toEqual(['folders', 'été/2026']);
});

test('a route that no one of us wrote is read without failing', () => {
  expect(parseHash('#/folders/%E0%A4%A')).toEqual(['folders', '%E0%A4%A']);
});

test('what a link says is what is read', () => {
  expect(parseHash(href('folders', 'a/b c%'))).toEqual(['folders', 'a/b c%']);
});
