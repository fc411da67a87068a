// What the page remembers by itself, for this browser or window only: how it looks and speaks.

/** `null` where nothing is kept, or nothing may be. */
export function loadPreference(name: string): string | null {
  try {
    return localStorage.getItem(`vitrine.${name}`);
  } catch {
    return null;
  }
}

/** Without a store the choice holds until the page is left. */
export function savePreference(name: string, value: string): void {
  try {
    localStorage.setItem(`vitrine.${name}`, value);
  } catch {
    // Not allowed here.
  }
}
