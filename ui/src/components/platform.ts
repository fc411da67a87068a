// Which keyboard is in front of the page: only its words depend on it.

/** Whether commands go with ⌘ instead of Ctrl. */
export const isMac = /Mac/.test(navigator.userAgent);
