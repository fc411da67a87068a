import { expect, test } from 'vitest';
import { href, parseHash } from './router.svelte';

test('a route is parsed into segments', () => {
  expect(parseHash('')).toEqual([]);
  expect(parseHash('#/')).toEqual([]);
  expect(parseHash('#/images/abc')).toEqual(['images', 'abc']);
  expect(parseHash('#/folders/été%2F2026')).toEqual(['folders', 'été/2026']);
});

test('a malformed route is parsed without failing', () => {
  expect(parseHash('#/folders/%E0%A4%A')).toEqual(['folders', '%E0%A4%A']);
});

test('a generated link parses to the same segments', () => {
  expect(parseHash(href('folders', 'a/b c%'))).toEqual(['folders', 'a/b c%']);
});
