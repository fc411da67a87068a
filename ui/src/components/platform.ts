// Platform detection, for keyboard shortcut labels only.

/** Whether shortcuts use ⌘ instead of Ctrl. */
export const isMac = /Mac/.test(navigator.userAgent);
