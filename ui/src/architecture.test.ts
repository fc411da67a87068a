// What every component keeps to, so that the page can be translated and turned around: its words come from the
// message files, and its styles name no side of the screen.
import { expect, test } from 'vitest';

const components = import.meta.glob<string>('./**/*.svelte', { query: '?raw', import: 'default', eager: true });
const styles = import.meta.glob<string>('./styles/*.css', { query: '?raw', import: 'default', eager: true });

const strip = (text: string, ...parts: RegExp[]) => parts.reduce((rest, part) => rest.replace(part, ' '), text);

/** What stands between the tags of a template, without its `{…}`. */
function literalText(component: string): string[] {
  let text = strip(component, /<!--[\s\S]*?-->/g, /<(script|style)[\s\S]*?<\/\1>/g, /<code>[^<]*<\/code>/g);
  // Innermost first, until none is left.
  for (let previous = ''; previous !== text; ) {
    previous = text;
    text = strip(text, /\{[^{}]*\}/g);
  }
  return strip(text, /<[^>]*>/g).match(/\p{L}{2,}[^\n]*/gu)?.map((text) => text.trim()) ?? [];
}

test('no component writes words of its own', () => {
  expect(Object.keys(components).length).toBeGreaterThan(20);
  for (const [file, component] of Object.entries(components)) expect(literalText(component), file).toEqual([]);
  expect(literalText('<p title={a > 1 ? "x" : ""}>{t("a")} and more</p>')).toEqual(['and more']);
});

test('no style names left or right', () => {
  const physicalSide = /(?:^|[\s;{-])(?:(?:margin|padding|border|inset)-)?(?:left|right)\s*:|(?:text-align|float):\s*(?:left|right)/;
  for (const [file, text] of [...Object.entries(components), ...Object.entries(styles)]) {
    const css = file.endsWith('.css') ? text : (text.match(/<style>[\s\S]*<\/style>/)?.[0] ?? '');
    expect(physicalSide.exec(css)?.[0], file).toBeUndefined();
  }
  expect(physicalSide.test('a { margin-left: 2px }')).toBe(true);
});
