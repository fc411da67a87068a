// The language of the page: the user's choice, else the first known one of the system.
import { savePreference, loadPreference } from '../storage';

export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];
export type LanguageChoice = 'system' | Language;

export function storedLanguage(): LanguageChoice {
  return LANGUAGES.find((known) => known === loadPreference('language')) ?? 'system';
}

/** `offered` are the system's languages by preference: `de-AT`, `en`. */
export function languageOf(choice: LanguageChoice, offered: readonly string[]): Language {
  if (choice !== 'system') return choice;
  const stems = offered.map((tag) => tag.toLowerCase().split('-', 1)[0]);
  const stem = stems.find((each) => LANGUAGES.some((known) => known === each));
  return LANGUAGES.find((known) => known === stem) ?? 'en';
}

/** Messages are looked up once, so the page is reloaded. */
export function setLanguage(choice: LanguageChoice): void {
  savePreference('language', choice);
  location.reload();
}

const RIGHT_TO_LEFT = new Set(['ar', 'fa', 'he', 'ur']);

/** The writing direction. */
export function directionOf(language: string): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.has(language.split('-', 1)[0]!) ? 'rtl' : 'ltr';
}

export const language: Language = languageOf(storedLanguage(), navigator.languages);
