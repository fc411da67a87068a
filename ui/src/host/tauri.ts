// The host for the desktop window. The only file that uses Tauri.
import { convertFileSrc, invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import type { Desktop, Host } from './host';

/**
 * `app://localhost/…`, or `http://app.localhost/…` where the web view has no custom schemes. Slashes must not be
 * encoded, so the path is appended.
 */
const address = (path: string) => convertFileSrc('', 'app').replace(/\/$/, '') + path;

const desktop: Desktop = {
  state: () => invoke('state'),
  rows: ({ limit, before }) => invoke('rows', { limit, before }),
  chooseFiles: () => invoke('choose_files'),
  paste: () => invoke('paste'),
  copy: (id, label, how) => invoke('copy', { id, label, how: how ?? null }),
  copyAgain: () => invoke('copy_again'),
  retry: (id) => invoke('retry', { id }),
  forget: (id) => invoke('forget', { id }),
  hold: (id) => invoke('hold', { id }),
  release: (id) => invoke('release', { id }),
  cancel: (id) => invoke('cancel', { id }),
  uploadAgain: (id) => invoke('upload_again', { id }),
  sendSmaller: (id) => invoke('send_smaller', { id }),
  showFile: (id) => invoke('show_file', { id }),
  setAlt: (id, text) => invoke('set_alt', { id, text }),
  delete: (id) => invoke('delete', { id }),
  undoDelete: (id) => invoke('undo_delete', { id }),
  pauseQueue: () => invoke('pause_queue'),
  resumeQueue: () => invoke('resume_queue'),
  saveTarget: (target, key) => invoke('save_target', { target, key }),
  importTarget: () => invoke('import_target'),
  exportTarget: (id) => invoke('export_target', { id }),
  removeTarget: (id) => invoke('remove_target', { id }),
  makeUsual: (id) => invoke('make_usual', { id }),
  testTarget: (id) => invoke('test_target', { id }),
  suggestedFolders: () => invoke('suggested_folders'),
  addFolder: (suggestion) => invoke('add_folder', { suggestion }),
  saveFolder: (folder) => invoke('save_folder', { folder }),
  removeFolder: (id) => invoke('remove_folder', { id }),
  takeMissed: (id) => invoke('take_missed', { id }),
  leaveMissed: (id) => invoke('leave_missed', { id }),
  pauseWatching: (minutes) => invoke('pause_watching', { minutes }),
  resumeWatching: () => invoke('resume_watching'),
  settings: () => invoke('settings'),
  saveSettings: (settings) => invoke('save_settings', { settings }),
  addCertificate: () => invoke('add_certificate'),
  removeCertificate: (fingerprint) => invoke('remove_certificate', { fingerprint }),
  editors: () => invoke('editors'),
  testEditors: () => invoke('test_editors'),
  setEditorToken: (token) => invoke('set_editor_token', { token }),
  previewName: (template) => invoke('preview_name', { template }),
  setServing: (on) => invoke('set_serving', { on }),
  setReach: (homeNetwork) => invoke('set_reach', { homeNetwork }),
  allowNetwork: () => invoke('allow_network'),
  invite: (signIn) => invoke('invite', { signIn }),
  qr: (id, label) => invoke('qr', { id, label }),
  around: () => invoke('around'),
  setLogin: (on) => invoke('set_login', { on }),
  copyDiagnostics: () => invoke('copy_diagnostics'),
  log: () => invoke('log'),
  setShortcuts: (shortcuts) => invoke('set_shortcuts', { shortcuts }),
  setPlace: (place) => invoke('set_place', { place }),
  setLanguage: (language) => invoke('set_language', { language }),
  setCopy: ({ what, size, how }) => invoke('set_copy', { what, size, how }),
  examples: (what, size) => invoke('examples', { what, size }),
  welcomed: () => invoke('welcomed'),
  openPicture: (id) => invoke('open_picture', { id }),
  open: (id, label) => invoke('open', { id, label }),
  answerClose: (choice) => invoke('answer_close', { choice }),
  quit: () => invoke('quit'),
  painted: () => invoke('painted'),
  thumbnail: (id) => address(`/thumbnails/${id}`),
  on: (event, listener) => listen(event, ({ payload }) => listener(payload as never)),
};

export const tauriHost: Host = {
  desktop,
  upload: null,
  address,
  // The app forwards it to the server with its own key. A request body with a file would crash the app
  // (WebKitGTK), so files are uploaded by the app.
  fetch: (path, init) => window.fetch(address(path), init),
  copyText: (text, html) => invoke('copy_text', { text, html: html ?? null }),
};
