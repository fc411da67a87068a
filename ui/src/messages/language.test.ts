// English and German messages have the same keys and placeholders.
import { expect, test } from 'vitest';
import deDashboard from './de.dashboard.json';
import de from './de.json';
import enDashboard from './en.dashboard.json';
import en from './en.json';
import { directionOf, languageOf } from './language';

const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([whole]) => whole).sort();

for (const [file, english, german] of [
  ['window', en, de],
  ['dashboard', enDashboard, deDashboard],
] as [string, Record<string, string>, Record<string, string>][]) {
  test(`every ${file} message exists in German, and no other`, () => {
    expect(Object.keys(german).sort()).toEqual(Object.keys(english).sort());
    expect(Object.entries(german).filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  test(`the German ${file} messages have the placeholders of the English ones`, () => {
    for (const [key, text] of Object.entries(english)) {
      expect(placeholders(german[key] ?? ''), key).toEqual(placeholders(text));
    }
  });
}

test('the system language is used where it is known, whatever its region', () => {
  expect(languageOf('system', ['de-AT', 'en'])).toBe('de');
  expect(languageOf('system', ['fr', 'en-GB', 'de'])).toBe('en');
  expect(languageOf('system', ['fr'])).toBe('en');
});

test('the writing direction follows the language', () => {
  expect(['en', 'de', 'ar', 'he-IL'].map(directionOf)).toEqual(['ltr', 'ltr', 'rtl', 'rtl']);
});

test('a stored language overrides the system\'s', () => {
  expect(languageOf('de', ['en'])).toBe('de');
});
