import { expect, test } from 'vitest';
import { DEFAULT_PARAMS, presetName, serialiseParams } from './preset-params';

test('parameters are serialised in the syntax of the media dialect', () => {
  expect(serialiseParams(DEFAULT_PARAMS)).toBe('w_600,f_webp,q_80');
  expect(serialiseParams({ width: '600', height: '400', crop: 'cover', format: 'avif', quality: '' })).toBe('w_600,h_400,c_cover,f_avif');
});

test('a crop needs width and height, and PNG has no quality', () => {
  expect(serialiseParams({ width: '', height: '400', crop: 'cover', format: 'png', quality: '80' })).toBe('h_400,f_png');
});

test('a preset name is valid in an address', () => {
  expect(presetName(' Card, Large ')).toBe('card-large');
});
