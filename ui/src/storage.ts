// Preferences stored in this browser: theme and language.

/** `null` if nothing is stored or storage is blocked. */
export function loadPreference(name: string): string | null {
  try {
    return localStorage.getItem(`vitrine.${name}`);
  } catch {
    return null;
  }
}

/** Without storage the preference lasts until the page is closed. */
export function savePreference(name: string, value: string): void {
  try {
    localStorage.setItem(`vitrine.${name}`, value);
  } catch {
    // Storage is blocked.
  }
}
