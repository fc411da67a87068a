// Finds out, once at the start, which home the page lives in.
import type { Host } from './host';

/** The host around us, or `null` in a plain browser, where there is none yet. */
export async function chooseHost(): Promise<Host | null> {
  if ('__TAURI_INTERNALS__' in window) return (await import('./tauri')).tauriHost;
  // Folded away by the production build, so that nothing made up is ever shipped.
  if (import.meta.env.DEV) return (await import('./scenes')).sceneHost(location.search);
  return null;
}
