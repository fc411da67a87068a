// The theme: the user's choice, else the system's. Applied before anything is rendered.
import { savePreference, loadPreference } from './storage';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export function storedTheme(): Theme {
  return THEMES.find((known) => known === loadPreference('theme')) ?? 'system';
}

export function setTheme(theme: Theme): void {
  savePreference('theme', theme);
  applyTheme(theme);
}

/** `tokens.css` does the rest. */
function applyTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
}

applyTheme(storedTheme());
