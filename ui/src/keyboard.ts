// Global keyboard shortcuts of the desktop window. The list handles the keys of its rows.
import type { App } from './app.svelte';
import { LINK_FORMATS } from './host/host';
import type { Route } from './router.svelte';

/** Runs the shortcut of a key. Returns whether there was one. */
export function handleShortcut(event: KeyboardEvent, app: App, route: Route): boolean {
  const command = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  const key = event.key.toLowerCase();
  const editing = isEditingText(event.target);
  // An open dialog or menu gets all other keys.
  const overlayOpen = document.querySelector('dialog[open], [role="menu"]') !== null;
  if (command && key === 'v' && !editing) return runOnce(event, () => app.uploads.paste());
  if (command && key === 'o') return runOnce(event, () => app.uploads.choose());
  if (event.key === 'Escape') return !overlayOpen && (app.toasts.dismissNewest() || leaveSearch(event));
  if (overlayOpen) return false;
  if (command && key === ',') return runOnce(event, () => route.go('settings'));
  if (command && key === 'z' && !editing) return runOnce(event, () => app.uploads.undoLastDelete());
  if (event.key === 'F6') return focusRegion(event.shiftKey ? -1 : 1);
  if ((command && key === 'f') || (plain && key === '/' && !editing)) return focusSearch();
  const how = plain && !editing ? LINK_FORMATS[Number(event.key) - 1] : undefined;
  if (how) return runOnce(event, () => app.copySettings.choose({ how }));
  return false;
}

/** Shortcuts and pasting do not apply while text is edited. */
export function isEditingText(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches('input:not([type="checkbox"], [type="radio"]), textarea');
}

/** Ignores key repeat. */
function runOnce(event: KeyboardEvent, work: () => unknown): boolean {
  if (!event.repeat) void work();
  return true;
}

function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>('main input[type="search"]');
  field?.focus();
  field?.select();
  return field !== null;
}

/** Clears the search, or leaves it if it is empty. */
function leaveSearch({ target }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLInputElement) || target.type !== 'search') return false;
  if (target.value === '') target.blur();
  target.value = '';
  target.dispatchEvent(new Event('input', { bubbles: true }));
  return true;
}

const FOCUSABLE = '[tabindex="0"], a[href], button:not([tabindex="-1"]):not(:disabled), select, input:not([type="search"])';

/** Focuses the first focusable element of the next region. */
function focusRegion(step: number): boolean {
  const regions = [...document.querySelectorAll('[data-region]')].filter((region) => region.querySelector(FOCUSABLE));
  const index = regions.findIndex((region) => region.contains(document.activeElement));
  const next = regions[(index < 0 && step < 0 ? regions.length - 1 : index + step + regions.length) % regions.length];
  next?.querySelector<HTMLElement>(FOCUSABLE)?.focus();
  return next !== undefined;
}
