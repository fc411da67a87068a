// The host interface: everything the page needs from its environment. It is implemented by the desktop window
// (tauri.ts), by a browser (browser.ts) and by a fake for tests and scenes (fake.ts). No other file knows which
// one is in use: what only one of them can do is a method or `null`.
import type { Language } from '../messages/language';

/** A link to a picture: the original, or a size by width in pixels (`"200"`). */
export type Link = { label: string; url: string };

/** Why an upload failed; `message` is a full sentence, `fields` are its values. */
export type Failure = { code: string; fields: Fields; message: string };

/** The state of an upload. */
export type RowState =
  | { is: 'waiting'; for: 'keychain' | 'server' | 'file' | 'user' }
  | { is: 'fetching' }
  | { is: 'queued' }
  | { is: 'sending'; sent: number; total: number }
  | { is: 'done'; links: Link[] }
  /** The same picture was uploaded before. */
  | { is: 'already_uploaded'; links: Link[] }
  | ({ is: 'offline'; retryAt: string } & Failure)
  | ({ is: 'failed'; retry: boolean } & Failure);

/** A picture the user sent. Newer rows have greater ids. `addedAt` is RFC 3339. */
export type Row = {
  id: number;
  name: string;
  bytes: number;
  width: number | null;
  height: number | null;
  thumbnail: boolean;
  addedAt: string;
  copied: boolean;
  /** Ids of its target and of the watched folder it was found in. */
  target: string | null;
  folder: string | null;
  /** The source file can be shown in the file manager. */
  hasFile: boolean;
  /** The alternative text. */
  alt: string | null;
  /** What happened to personal metadata; `null` until the picture was processed. */
  metadata: 'kept' | 'none' | 'removed' | 'unknown' | null;
  maybeTwice: boolean;
  /** It can be deleted from its server. */
  deletable: boolean;
  /** When it will be deleted; until then that can be undone. */
  deletedAt: string | null;
  notDeleted: Failure | null;
  state: RowState;
};

export type Fields = Record<string, string | number>;

export const LINK_SELECTIONS = ['all', 'original', 'size'] as const;
export const LINK_FORMATS = ['url', 'markdown', 'html', 'bbcode', 'srcset', 'picture', 'template'] as const;
/** The widths in pixels of the linked sizes. */
export const LINK_SIZES = [200, 400, 800, 1200, 1600] as const;

/** Which links are copied and in which format. `size` applies if `what` is "size". */
export type CopySettings = {
  what: (typeof LINK_SELECTIONS)[number];
  size: number;
  how: (typeof LINK_FORMATS)[number];
};

export type ServerState =
  | { is: 'off' }
  | { is: 'starting' }
  | {
      is: 'running';
      address: string;
      base: string;
      port: number;
      /** The port that was in use, if this run had to choose another. */
      movedFrom: number | null;
      /** The other program that serves the library, if the app uses its server. */
      adopted: string | null;
    }
  | { is: 'failed'; message: string };

/** How a picture is processed before upload. `longest` is in pixels, `quality` from 1 to 100. */
export type Preparation = {
  strip: boolean;
  longest: number | null;
  convert: 'webp' | 'jpeg' | 'png' | null;
  quality: number | null;
  /** The template for the file name. */
  name: string | null;
};

export const DIALECTS = ['imgs', 'imgshare', 'media', 'slink', 'chevereto'] as const;
/** A dialect, or a ShareX file that describes a target. */
export type TargetKind = (typeof DIALECTS)[number] | 'sxcu';

/** A destination for pictures. */
export type Target = {
  id: string;
  name: string;
  kind: TargetKind;
  base: string;
  /** This computer's server. */
  here: boolean;
  hasKey: boolean;
  canDelete: boolean;
  prepare: Preparation;
};

/** A target to save; without an id it is new. */
export type TargetDraft = { id: string | null; name: string; kind: TargetKind; base: string; prepare: Preparation };

export const WATCH_MODES = ['upload', 'ask', 'collect'] as const;

/** The editable settings of a watched folder. */
export type WatchedFolderSettings = {
  id: string;
  on: boolean;
  mode: (typeof WATCH_MODES)[number];
  target: string | null;
  prepare: Preparation | null;
  links: CopySettings | null;
  patterns: string[];
  deep: boolean;
  afterwards: { is: 'keep' } | { is: 'move'; to: string } | { is: 'trash' };
  poll: boolean;
};

/** A watched folder. `missed` pictures appeared while the app was not running. */
export type WatchedFolder = WatchedFolderSettings & {
  path: string;
  /** The path for display. */
  place: string;
  state: { is: 'off' | 'paused' | 'watching' | 'polling' | 'away' | 'failed'; reason: string | null };
  missed: number;
};

export type SuggestedFolder = { index: number; path: string; place: string; pictures: number };

export const UPLOAD_SOURCES = ['dropped', 'chosen', 'pasted', 'folder', 'editor'] as const;
export const COPY_POLICIES = ['always', 'only_if_i_started_it', 'never'] as const;

/** The settings that are saved together. */
export type Settings = {
  courtesy: Record<(typeof UPLOAD_SOURCES)[number], (typeof COPY_POLICIES)[number]>;
  /** Whether the clipboard also gets an `<img>` element. */
  html: boolean;
  template: string;
  proxy: { is: 'system' } | { is: 'none' } | { is: 'at'; address: string };
  /** Read-only, like `editors.hasToken`. */
  certificates: { name: string; fingerprint: string }[];
  editors: { on: boolean; port: number; origins: string[]; hasToken: boolean };
  /** Seconds in which a deletion can be undone. */
  deleteDelay: number;
};

/** A sample link in one format. */
export type Example = { how: CopySettings['how']; text: string };

/** The state of the PicGo listener for Markdown editors. */
export type EditorListener = {
  open: boolean;
  port: number | null;
  reason: string | null;
  callers: { name: string; at: string; times: number; refused: boolean }[];
};

/** Integration with the desktop: `taker` is what handles global shortcuts. */
export type DesktopIntegration = {
  startsAtLogin: boolean;
  shortcuts: { paste: string | null; show: string | null };
  taker: 'system' | 'portal' | 'nobody';
  /** Why the shortcuts do not work, if they do not. */
  keysRefused: string | null;
};

/** Who can open the links. `address` and `name` are what other devices enter, if available. */
export type LanSharing =
  | { is: 'this_computer' }
  | {
      is: 'home_network';
      address: string | null;
      name: string | null;
      warning: { is: 'stranger'; network: string } | { is: 'internet' } | null;
    };

/** An address for another device and its QR code: a `1` for each dark module, row by row. */
export type Invitation = { url: string; squares: string[]; expiresAt: string | null };

/** Why a command failed; `message` is a full sentence, `fields` are its values if there is a message for the code. */
export type CommandError = { code: string; message: string; fields?: Fields };

export type AppState = {
  server: ServerState;
  keychain: 'ready' | 'waiting' | 'missing';
  copy: CopySettings;
  tray: boolean;
  version: string;
  reach: LanSharing;
  /** Uploads are paused. */
  paused: boolean;
  watching: { paused: boolean; until: string | null };
  targets: Target[];
  /** The id of the default target. */
  usual: string;
  folders: WatchedFolder[];
};

/** An event to show once; `code` selects the message. */
export type Notice = { code: string; fields: Fields };
export type Progress = { id: number; sent: number; total: number };
/** A pane of the drop overlay, from the left: the first takes half of the window, the others share the rest. */
export type Lane = { is: 'usual'; target: string } | { is: 'original' } | { is: 'target'; name: string };
/** A drag over the window, and the lane under the pointer. */
export type Drag = { over: boolean; count: number; lanes: Lane[]; lane: number };
export type CloseChoice = 'quit' | 'minimise' | 'cancel';

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
