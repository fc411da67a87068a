// The base URL of links that the page creates.
import type { App } from '../../app.svelte';

/** In a browser the page's own origin; in the desktop window the server's base URL. */
export function linkBase(app: App | null): string {
  const server = app?.hostState?.server;
  return server?.is === 'running' ? server.base : location.origin;
}
