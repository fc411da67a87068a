// Finds out, once at the start, which home the page lives in.
import { browserHost } from './browser';
import type { Host } from './host';

export async function detectHost(): Promise<Host> {
  if ('__TAURI_INTERNALS__' in window) return (await import('./tauri')).tauriHost;
  // Folded away by the production build, so that nothing made up is ever shipped.
  if (import.meta.env.DEV && new URLSearchParams(location.search).has('scene')) {
    return (await import('./dev-scenes')).sceneHost(location.search);
  }
  return browserHost;
}
