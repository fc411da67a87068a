// The host inside the desktop app's window. The only file that knows Tauri.
import { convertFileSrc, invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import type { Host } from './host';

export const tauriHost: Host = {
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
  // Spells `app://localhost/…`, or `http://app.localhost/…` where the web view has no schemes of
  // its own. The slash must stay a slash, so only the id goes through the encoder.
  thumbnail: (id) => convertFileSrc('', 'app') + `thumbnails/${id}`,
  on: (event, hear) => listen(event, ({ payload }) => hear(payload as never)),
};
