// Detects the host at startup: desktop window, development scene or browser.
import { browserHost } from './browser';
import type { Host } from './host';

export async function detectHost(): Promise<Host> {
  if ('__TAURI_INTERNALS__' in window) return (await import('./tauri')).tauriHost;
  // Removed from the production build, so that no fake is shipped.
  if (import.meta.env.DEV && new URLSearchParams(location.search).has('scene')) {
    return (await import('./dev-scenes')).sceneHost(location.search);
  }
  return browserHost;
}
