// Contrast tests for the design tokens, in both themes.
import family from '../../../src-tauri/server/web_ui/family.css?raw';
import css from './tokens.css?raw';
import { expect, test } from 'vitest';

const pairs = [...css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g)];
const themes = {
  light: Object.fromEntries(pairs.map(([, name = '', light = '']) => [name, light])),
  dark: Object.fromEntries(pairs.map(([, name = '', , dark = '']) => [name, dark])),
};

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [dark = 0, bright = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (bright + 0.05) / (dark + 0.05);
}

test("the server's own pages use the same colours", () => {
  const [light, dark] = family.split('@media (prefers-color-scheme: dark)').map((half) => [...half.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)]);
  for (const [declarations, theme] of [[light, themes.light], [dark, themes.dark]] as const) {
    expect(declarations?.length).toBeGreaterThan(5);
    for (const [, name = '', value] of declarations ?? []) expect(value, name).toBe(theme[name]);
  }
});

for (const [theme, colour] of Object.entries(themes)) {
  const ratio = (front: string, back: string) => contrast(colour[front] ?? '', colour[back] ?? '');

  test(`every text is readable on every surface in the ${theme} theme`, () => {
    for (const text of ['text-strong', 'text-normal', 'text-faint', 'accent', 'ok', 'warn', 'danger']) {
      for (const surface of ['surface-0', 'surface-1', 'surface-2', 'accent-soft']) {
        expect(ratio(text, surface), `${text} on ${surface}`).toBeGreaterThanOrEqual(4.5);
      }
    }
    for (const button of ['accent', 'accent-hover']) {
      expect(ratio('accent-text', button), `accent-text on ${button}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  test(`edges of controls and the focus ring are visible in the ${theme} theme`, () => {
    for (const edge of ['line-control', 'accent']) {
      for (const surface of ['surface-0', 'surface-1']) {
        expect(ratio(edge, surface), `${edge} on ${surface}`).toBeGreaterThanOrEqual(3);
      }
    }
  });
}
