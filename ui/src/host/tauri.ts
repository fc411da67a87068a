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
  state: () => invoke('app_state'),
  rows: ({ limit, before }) => invoke('list_jobs', { limit, before }),
  chooseFiles: () => invoke('choose_files'),
  paste: () => invoke('upload_clipboard'),
  copy: (id, label, how) => invoke('copy_link', { id, label, how: how ?? null }),
  copyAgain: () => invoke('recopy_links'),
  retry: (id) => invoke('retry_job', { id }),
  forget: (id) => invoke('forget_job', { id }),
  hold: (id) => invoke('pause_job', { id }),
  release: (id) => invoke('resume_job', { id }),
  cancel: (id) => invoke('cancel_job', { id }),
  uploadAgain: (id) => invoke('upload_job_again', { id }),
  sendSmaller: (id) => invoke('upload_job_smaller', { id }),
  showFile: (id) => invoke('reveal_job_file', { id }),
  setAlt: (id, text) => invoke('set_job_alt', { id, text }),
  delete: (id) => invoke('delete_job_image', { id }),
  undoDelete: (id) => invoke('undo_delete', { id }),
  pauseQueue: () => invoke('pause_queue'),
  resumeQueue: () => invoke('resume_queue'),
  saveTarget: (target, key) => invoke('save_target', { target, key }),
  importTarget: () => invoke('import_target'),
  exportTarget: (id) => invoke('export_target', { id }),
  removeTarget: (id) => invoke('remove_target', { id }),
  makeUsual: (id) => invoke('set_default_target', { id }),
  testTarget: (id) => invoke('test_target', { id }),
  suggestedFolders: () => invoke('suggest_folders'),
  addFolder: (suggestion) => invoke('add_folder', { suggestion }),
  saveFolder: (folder) => invoke('save_folder', { folder }),
  removeFolder: (id) => invoke('remove_folder', { id }),
  takeMissed: (id) => invoke('upload_missed', { id }),
  leaveMissed: (id) => invoke('dismiss_missed', { id }),
  pauseWatching: (minutes) => invoke('pause_watching', { minutes }),
  resumeWatching: () => invoke('resume_watching'),
  settings: () => invoke('preferences'),
  saveSettings: (settings) => invoke('save_preferences', { settings }),
  addCertificate: () => invoke('add_certificate'),
  removeCertificate: (fingerprint) => invoke('remove_certificate', { fingerprint }),
  editors: () => invoke('editor_server_status'),
  testEditors: () => invoke('test_editor_server'),
  setEditorToken: (token) => invoke('set_editor_token', { token }),
  previewName: (template) => invoke('preview_name', { template }),
  setServing: (on) => invoke('set_server_enabled', { on }),
  setReach: (homeNetwork) => invoke('set_lan_sharing', { homeNetwork }),
  allowNetwork: () => invoke('allow_network'),
  invite: (signIn) => invoke('create_device_link', { signIn }),
  qr: (id, label) => invoke('link_qr_code', { id, label }),
  around: () => invoke('system_integration'),
  setLogin: (on) => invoke('set_autostart', { on }),
  copyDiagnostics: () => invoke('copy_diagnostics'),
  log: () => invoke('recent_log'),
  setShortcuts: (shortcuts) => invoke('set_shortcuts', { shortcuts }),
  setPlace: (place) => invoke('set_route', { route: place }),
  setLanguage: (language) => invoke('set_language', { language }),
  setCopy: ({ what, size, how }) => invoke('set_copy_settings', { what, size, how }),
  examples: (what, size) => invoke('link_examples', { what, size }),
  welcomed: () => invoke('finish_welcome'),
  openPicture: (id) => invoke('open_image', { id }),
  open: (id, label) => invoke('open_link', { id, label }),
  answerClose: (choice) => invoke('answer_close_request', { choice }),
  quit: () => invoke('quit'),
  painted: () => invoke('report_page_shown'),
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
