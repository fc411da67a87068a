// Architecture tests: rules for the sources of the UI. Components can be translated and mirrored, and names are
// the field's terms.
import { expect, test } from 'vitest';

const components = import.meta.glob<string>('./**/*.svelte', { query: '?raw', import: 'default', eager: true });
const sources = import.meta.glob<string>(['./**/*.{ts,svelte}', '!./api/schema.ts', '!./architecture.test.ts'], { query: '?raw', import: 'default', eager: true });
const styles = import.meta.glob<string>('./styles/*.css', { query: '?raw', import: 'default', eager: true });

const strip = (text: string, ...parts: RegExp[]) => parts.reduce((rest, part) => rest.replace(part, ' '), text);

/** The text between the tags of a template, without its `{…}`. */
function literalText(component: string): string[] {
  let text = strip(component, /<!--[\s\S]*?-->/g, /<(script|style)[\s\S]*?<\/\1>/g, /<code>[^<]*<\/code>/g);
  // Innermost braces first, until none are left.
  for (let previous = ''; previous !== text; ) {
    previous = text;
    text = strip(text, /\{[^{}]*\}/g);
  }
  return strip(text, /<[^>]*>/g).match(/\p{L}{2,}[^\n]*/gu)?.map((text) => text.trim()) ?? [];
}

test('components contain no literal text', () => {
  expect(Object.keys(components).length).toBeGreaterThan(20);
  for (const [file, component] of Object.entries(components)) expect(literalText(component), file).toEqual([]);
  expect(literalText('<p title={a > 1 ? "x" : ""}>{t("a")} and more</p>')).toEqual(['and more']);
});

test('styles use logical sides, never left or right', () => {
  const physicalSide = /(?:^|[\s;{-])(?:(?:margin|padding|border|inset)-)?(?:left|right)\s*:|(?:text-align|float):\s*(?:left|right)/;
  for (const [file, text] of [...Object.entries(components), ...Object.entries(styles)]) {
    const css = file.endsWith('.css') ? text : (text.match(/<style>[\s\S]*<\/style>/)?.[0] ?? '');
    expect(physicalSide.exec(css)?.[0], file).toBeUndefined();
  }
  expect(physicalSide.test('a { margin-left: 2px }')).toBe(true);
});

/** File stems that say nothing, or say it in metaphors. The field has a word for each: see the file names beside them. */
const BANNED_STEMS = [
  ...['about', 'addresses', 'asked', 'cell', 'choice', 'chosen', 'copying', 'door', 'given', 'join', 'kept', 'look', 'nothing'],
  ...['reach', 'reading', 'refused', 'scenes', 'sending', 'shown', 'taking', 'told', 'together', 'trouble', 'try', 'unbelieved'],
  ...['veil', 'visit', 'wanted', 'watch', 'where', 'words', 'common', 'helpers', 'utils'],
];

/** Bare participles and metaphors as names of values, functions and types: a noun, or a verb with an object, says more. */
const BANNED_NAMES =
  /\b(?:(?:const|let|function|class|type|interface|get) (?:asked|begun|chosen|door|given|heard|held|kept|made|nothing|refused|said|seen|shown|sought|taken|told|trouble|visit|wanted|words|written|wrong)\b|(?:class|type|interface) (?:Asked|Chosen|Door|Given|Kept|Reading|Refusal|Shown|Trouble|Visit|Wanted|Wish|Words)\b)/;

test('files have none of the banned stems', () => {
  const stem = (file: string) => file.split('/').at(-1)!.split('.', 1)[0]!.toLowerCase();
  expect(Object.keys(sources).length).toBeGreaterThan(100);
  expect(Object.keys(sources).filter((file) => BANNED_STEMS.includes(stem(file)))).toEqual([]);
});

test('no value, function or type has a banned name', () => {
  for (const [file, source] of Object.entries(sources)) expect(BANNED_NAMES.exec(source)?.[0], file).toBeUndefined();
  expect(BANNED_NAMES.test('let shown = $state(false)')).toBe(true);
  expect(BANNED_NAMES.test('let visibleRows = []')).toBe(false);
});
