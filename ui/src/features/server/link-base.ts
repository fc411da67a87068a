// What the addresses that one copies begin with.
import type { App } from '../../app.svelte';

/** In a browser what it came by; in the window what the server's links carry. */
export function linkBase(app: App | null): string {
  const server = app?.hostState?.server;
  return server?.is === 'running' ? server.base : location.origin;
}
