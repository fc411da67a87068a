// The host inside the desktop app's window. The only file that knows Tauri.
import { convertFileSrc, invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import type { Desktop, Host } from './host';

/** Spells `app://localhost/…`, or `http://app.localhost/…` where the web view has no schemes of its
 *  own. The slashes must stay slashes, so the path does not go through the encoder. */
const address = (path: string) => convertFileSrc('', 'app').replace(/\/$/, '') + path;

const desktop: Desktop = {
  state: () => invoke('state'),
  rows: ({ limit, before }) => invoke('rows', { limit, before }),
  chooseFiles: () => invoke('choose_files'),
  paste: () => invoke('paste'),
  copy: (id, label) => invoke('copy', { id, label }),
  retry: (id) => invoke('retry', { id }),
  forget: (id) => invoke('forget', { id }),
  setCopy: ({ what, size, how }) => invoke('set_copy', { what, size, how }),
  open: (id, label) => invoke('open', { id, label }),
  answerClose: (choice) => invoke('answer_close', { choice }),
  quit: () => invoke('quit'),
  painted: () => invoke('painted'),
  thumbnail: (id) => address(`/thumbnails/${id}`),
  on: (event, hear) => listen(event, ({ payload }) => hear(payload as never)),
};

export const tauriHost: Host = {
  desktop,
  upload: null,
  address,
  // The app passes it on to the server with its own key. A body with a file in it would end the app
  // (WebKitGTK), so none is ever sent: pictures go by way of the app.
  fetch: (path, init) => window.fetch(address(path), init),
  copyText: (text, html) => invoke('copy_text', { text, html: html ?? null }),
};
