// Two languages that say the same things.
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
  test(`every text of the ${file} is there in German, and no other`, () => {
    // What its settings are for the server says itself, in English.
    const ours = Object.keys(german).filter((key) => !key.startsWith('setting.'));
    expect(ours.sort()).toEqual(Object.keys(english).sort());
    expect(Object.entries(german).filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  test(`the German texts of the ${file} tell the same facts as the English ones`, () => {
    for (const [key, text] of Object.entries(english)) {
      expect(placeholders(german[key] ?? ''), key).toEqual(placeholders(text));
    }
  });
}

test('the system language is spoken where we know it, whatever its country', () => {
  expect(languageOf('system', ['de-AT', 'en'])).toBe('de');
  expect(languageOf('system', ['fr', 'en-GB', 'de'])).toBe('en');
  expect(languageOf('system', ['fr'])).toBe('en');
});

test('lines run from the right where the language does', () => {
  expect(['en', 'de', 'ar', 'he-IL'].map(directionOf)).toEqual(['ltr', 'ltr', 'rtl', 'rtl']);
});

test('a chosen language is spoken whatever the system speaks', () => {
  expect(languageOf('de', ['en'])).toBe('de');
});
