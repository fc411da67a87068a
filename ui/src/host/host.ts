// The host interface: everything the page needs from its environment. It is implemented by the desktop window
// (tauri.ts), by a browser (browser.ts) and by a fake for tests and scenes (fake.ts). No other file knows which
// one is in use: what only one of them can do is a method or `null`.
import type { Language } from '../messages/language';

import type {
  AppState, CloseChoice, CopyFormat, CopyRule, CopySelection, CopySettings, DragState as Drag, EditorServerStatus as EditorListener,
  FolderSuggestion as SuggestedFolder, LinkExample as Example, Notice, Preferences as Settings, Progress, QrLink as Invitation,
  Row, SystemIntegration as DesktopIntegration, TargetInput as TargetDraft, WatchedFolderInput as WatchedFolderSettings, WatchMode,
} from './types.gen';

export { DIALECTS } from './types.gen';
export type {
  AppState, CloseChoice, CommandError, CopySettings, DragState as Drag, DropZone as Lane, EditorServerStatus as EditorListener,
  ErrorView as Failure, FolderSuggestion as SuggestedFolder, Link, LinkExample as Example, Notice, Preferences as Settings,
  Preparation, Progress, QrLink as Invitation, Reach as LanSharing, Row, RowState, ServerState,
  SystemIntegration as DesktopIntegration, TargetInput as TargetDraft, TargetKind, TargetView as Target,
  WatchedFolderInput as WatchedFolderSettings, WatchedFolderView as WatchedFolder,
} from './types.gen';

/** The values of a message's placeholders. */
export type Fields = Record<string, string | number>;

export const LINK_SELECTIONS = ['all', 'original', 'size'] as const satisfies CopySelection[];
export const LINK_FORMATS = ['url', 'markdown', 'html', 'bbcode', 'srcset', 'picture', 'template'] as const satisfies CopyFormat[];
/** The widths in pixels of the linked sizes. */
export const LINK_SIZES = [200, 400, 800, 1200, 1600] as const;
export const WATCH_MODES = ['upload', 'ask', 'collect'] as const satisfies WatchMode[];
export const UPLOAD_SOURCES = ['dropped', 'chosen', 'pasted', 'folder', 'editor'] as const satisfies (keyof Settings['courtesy'])[];
export const COPY_POLICIES = ['always', 'only_if_i_started_it', 'never'] as const satisfies CopyRule[];

/** The payload of each event. */
export type Events = {
  /** New rows, and rows with changes other than progress. */
  rows: Row[];
  progress: Progress;
  forgotten: { id: number };
  state: AppState;
  /** Events were lost, so the rows must be reloaded. */
  missed: Record<string, never>;
  drag: Drag;
  notice: Notice;
  ask_close: Record<string, never>;
};

export type Unlisten = () => void;

export type Upload = (
  path: string,
  form: FormData,
  how: { method: 'POST' | 'PUT'; headers: Record<string, string>; signal: AbortSignal; progress: (sent: number, total: number) => void },
) => Promise<Response>;

export interface Host {
  /**
   * Sends a request to the server. `path` starts with `/api/dashboard/` or is the path of an image. A browser
   * sends the session cookie; the desktop app adds its key, which the page never sees.
   */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Uploads a form with progress. `null` in the desktop window, where the app uploads. */
  readonly upload: Upload | null;
  /** The address for `<img src>` of a path that `fetch` would request. */
  address(path: string): string;
  /** Copies text, and `html` where possible. Returns false if the clipboard rejected it. */
  copyText(text: string, html?: string): Promise<boolean>;
  /** The desktop app's commands; `null` in a browser. */
  readonly desktop: Desktop | null;
}

/** The commands of the desktop app. */
export interface Desktop {
  state(): Promise<AppState>;
  /** Newest first; `before` is the id of the oldest loaded row. */
  rows(page: { limit: number; before: number | null }): Promise<Row[]>;
  chooseFiles(): Promise<void>;
  /** Uploads the clipboard's content; the host reads it, the page never sees the bytes. */
  paste(): Promise<void>;
  /**
   * `label`: "all", "original" or a width; in the format of the copy settings, or in `how`. Returns false if
   * nothing was copied; a notice says why.
   */
  copy(id: number, label: string, how?: CopySettings['how']): Promise<boolean>;
  /** Copies the last copied links again. */
  copyAgain(): Promise<void>;
  retry(id: number): Promise<void>;
  /** Removes the row from the list; the uploaded image stays. */
  forget(id: number): Promise<void>;
  /** Pauses the upload; `release` resumes it, and approves uploads that ask first. */
  hold(id: number): Promise<void>;
  release(id: number): Promise<void>;
  cancel(id: number): Promise<void>;
  /** Uploads it again, as a new image. */
  uploadAgain(id: number): Promise<void>;
  /** Sends a smaller version, after the server rejected it as too large. */
  sendSmaller(id: number): Promise<void>;
  /** Shows the source file in the system's file manager. */
  showFile(id: number): Promise<void>;
  /** Sets the alternative text of its links; without one they use the file's name. */
  setAlt(id: number, text: string): Promise<void>;
  /** Deletes it from its server after a delay in which `undoDelete` works. */
  delete(id: number): Promise<void>;
  undoDelete(id: number): Promise<boolean>;
  pauseQueue(): Promise<void>;
  resumeQueue(): Promise<void>;
  /** Returns the target's id. A `key` of `null` keeps the current one. */
  saveTarget(target: TargetDraft, key: string | null): Promise<string>;
  /** Opens a file picker for a ShareX file; `null` if the user cancels. */
  importTarget(): Promise<string | null>;
  exportTarget(id: string): Promise<boolean>;
  removeTarget(id: string): Promise<void>;
  makeUsual(id: string): Promise<void>;
  /** `left`: the test image could not be deleted, and `message` says why. */
  testTarget(id: string): Promise<{ left: string | null; message: string | null }>;
  suggestedFolders(): Promise<SuggestedFolder[]>;
  /** Adds a suggested folder by its path, or opens a folder picker. */
  addFolder(suggestion: string | null): Promise<string | null>;
  saveFolder(folder: WatchedFolderSettings): Promise<void>;
  removeFolder(id: string): Promise<void>;
  takeMissed(id: string): Promise<void>;
  leaveMissed(id: string): Promise<void>;
  pauseWatching(minutes: number | null): Promise<void>;
  resumeWatching(): Promise<void>;
  settings(): Promise<Settings>;
  saveSettings(settings: Settings): Promise<Settings>;
  addCertificate(): Promise<boolean>;
  removeCertificate(fingerprint: string): Promise<void>;
  editors(): Promise<EditorListener>;
  /** Sends a tiny picture to the listener, as an editor would. `left`: why the test image could not be deleted. */
  testEditors(): Promise<{ link: string; left: string | null }>;
  setEditorToken(token: string | null): Promise<void>;
  previewName(template: string): Promise<{ name: string }>;
  /** Turns this computer's server on or off. */
  setServing(on: boolean): Promise<void>;
  setReach(homeNetwork: boolean): Promise<void>;
  /** Allows sharing on the current network as well. */
  allowNetwork(): Promise<void>;
  /** `signIn`: the address signs in, once, within ten minutes. */
  invite(signIn: boolean): Promise<Invitation>;
  /** A link as a QR code. */
  qr(id: number, label: string): Promise<Invitation>;
  around(): Promise<DesktopIntegration>;
  setLogin(on: boolean): Promise<void>;
  setShortcuts(shortcuts: DesktopIntegration['shortcuts']): Promise<void>;
  /** Copies a support report with addresses, file names and keys removed. */
  copyDiagnostics(): Promise<boolean>;
  /** The recent log lines, with the same removed. */
  log(): Promise<string>;
  /** The current route, from `#` on, to restore when the window is created again. */
  setPlace(place: string): Promise<void>;
  /** The page's language, for the tray and native dialogs. */
  setLanguage(language: Language): Promise<void>;
  setCopy(copySettings: CopySettings): Promise<void>;
  /** A sample link in every format. */
  examples(what: CopySettings['what'], size: number): Promise<Example[]>;
  /** The welcome was finished or skipped and is not shown again. */
  welcomed(): Promise<void>;
  /** Opens a link in the system's browser. */
  open(id: number, label: string): Promise<void>;
  /** Opens an image of this computer's server by its id. */
  openPicture(id: string): Promise<void>;
  answerClose(choice: CloseChoice): Promise<void>;
  quit(): Promise<void>;
  /** Reports that the page has been painted. */
  painted(): Promise<void>;
  thumbnail(id: number): string;
  on<K extends keyof Events>(event: K, listener: (payload: Events[K]) => void): Promise<Unlisten>;
}
