// Light or dark: the user's choice, else the system's. Taken before anything is shown.
import { keep, kept } from './storage';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export function chosenTheme(): Theme {
  return THEMES.find((known) => known === kept('theme')) ?? 'system';
}

export function chooseTheme(theme: Theme): void {
  keep('theme', theme);
  show(theme);
}

/** The styles know the rest (`tokens.css`). */
function show(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
}

show(chosenTheme());
