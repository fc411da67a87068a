// The keys that work wherever the focus is in the window; those of a row are the list's own.
import type { App } from './app.svelte';
import { HOW } from './host/host';
import type { Route } from './router.svelte';

/** Does what a key asks for; whether it asked for anything. */
export function pressed(event: KeyboardEvent, app: App, route: Route): boolean {
  const command = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  const key = event.key.toLowerCase();
  const writing = isWriting(event.target);
  // What stands in front of everything has the other keys to itself.
  const covered = document.querySelector('dialog[open], [role="menu"]') !== null;
  if (command && key === 'v' && !writing) return once(event, () => app.uploads.paste());
  if (command && key === 'o') return once(event, () => app.uploads.choose());
  if (event.key === 'Escape') return !covered && (app.notices.dismissNewest() || leaveSearch(event));
  if (covered) return false;
  if (command && key === ',') return once(event, () => route.go('settings'));
  if (command && key === 'z' && !writing) return once(event, () => app.uploads.undoLastDelete());
  if (event.key === 'F6') return nextRegion(event.shiftKey ? -1 : 1);
  if ((command && key === 'f') || (plain && key === '/' && !writing)) return search();
  const how = plain && !writing ? HOW[Number(event.key) - 1] : undefined;
  if (how) return once(event, () => app.copying.choose({ how }));
  return false;
}

/** Where text is being written, keys and pasting are about text. */
export function isWriting(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches('input:not([type="checkbox"], [type="radio"]), textarea');
}

/** A key that is held down asks once. */
function once(event: KeyboardEvent, work: () => unknown): boolean {
  if (!event.repeat) void work();
  return true;
}

function search(): boolean {
  const field = document.querySelector<HTMLInputElement>('main input[type="search"]');
  field?.focus();
  field?.select();
  return field !== null;
}

/** Out of the search, which is emptied first. */
function leaveSearch({ target }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLInputElement) || target.type !== 'search') return false;
  if (target.value === '') target.blur();
  target.value = '';
  target.dispatchEvent(new Event('input', { bubbles: true }));
  return true;
}

const STOPS = '[tabindex="0"], a[href], button:not([tabindex="-1"]):not(:disabled), select, input:not([type="search"])';

/** From one part of the window to the first stop of the next. */
function nextRegion(by: number): boolean {
  const regions = [...document.querySelectorAll('[data-region]')].filter((region) => region.querySelector(STOPS));
  const at = regions.findIndex((region) => region.contains(document.activeElement));
  const next = regions[(at < 0 && by < 0 ? regions.length - 1 : at + by + regions.length) % regions.length];
  next?.querySelector<HTMLElement>(STOPS)?.focus();
  return next !== undefined;
}
