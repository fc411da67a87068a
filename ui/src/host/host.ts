// The page's one door to the outside: what it may ask of its surroundings, and what it is told.
// Two homes stand behind it, the desktop app's window (tauri.ts) and a browser on the network
// (browser.ts), and a made-up one (fake.ts) to design and test with. No other file knows which of
// them it is talking to: what only one of them can do is there, or `null`.
import type { Language } from '../messages/language';

/** One way to a picture: the original, or one of its sizes by width in pixels (`"200"`). */
export type Link = { label: string; url: string };

/** Why something did not go as it should; `message` is a whole sentence, `fields` are its facts. */
export type Failure = { code: string; fields: Fields; message: string };

/** Where a picture on its way is. */
export type RowState =
  | { is: 'waiting'; for: 'keychain' | 'server' | 'file' | 'user' }
  | { is: 'fetching' }
  | { is: 'queued' }
  | { is: 'sending'; sent: number; total: number }
  | { is: 'done'; links: Link[] }
  /** The same picture is there from an earlier time. */
  | { is: 'already_uploaded'; links: Link[] }
  | ({ is: 'offline'; retryAt: string } & Failure)
  | ({ is: 'failed'; retry: boolean } & Failure);

/** One picture the user sent. Newer rows have greater ids. `addedAt` is RFC 3339. */
export type Row = {
  id: number;
  name: string;
  bytes: number;
  width: number | null;
  height: number | null;
  thumbnail: boolean;
  addedAt: string;
  copied: boolean;
  /** Ids of the target that it goes to and of the watched folder that it was found in. */
  target: string | null;
  folder: string | null;
  /** The file that it came from can be looked for. */
  hasFile: boolean;
  /** What it shows, in the user's words. */
  alt: string | null;
  /** What became of what it tells about people; `null` until it was prepared. */
  metadata: 'kept' | 'none' | 'removed' | 'unknown' | null;
  maybeTwice: boolean;
  /** It can be taken away from its server. */
  deletable: boolean;
  /** When it is; until then it can be thought better of. */
  deletedAt: string | null;
  notDeleted: Failure | null;
  state: RowState;
};

export type Fields = Record<string, string | number>;

export const LINK_SELECTIONS = ['all', 'original', 'size'] as const;
export const LINK_FORMATS = ['url', 'markdown', 'html', 'bbcode', 'srcset', 'picture', 'template'] as const;
/** The widths in pixels that the host offers links for. */
export const LINK_SIZES = [200, 400, 800, 1200, 1600] as const;

/** What is written to the clipboard, and in which language. `size` counts when `what` is "size". */
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
      /** The port that was taken, when this run had to move to another one. */
      movedFrom: number | null;
      /** The other program that serves the folder, when the app uses its server. */
      adopted: string | null;
    }
  | { is: 'failed'; message: string };

/** What is done to a picture before it is sent. `longest` is in pixels, `quality` from 1 to 100. */
export type Preparation = {
  strip: boolean;
  longest: number | null;
  convert: 'webp' | 'jpeg' | 'png' | null;
  quality: number | null;
  /** The template of its name. */
  name: string | null;
};

export const DIALECTS = ['imgs', 'imgshare', 'media', 'slink', 'chevereto'] as const;
/** A language that targets speak, or a ShareX file that describes one. */
export type TargetKind = (typeof DIALECTS)[number] | 'sxcu';

/** Where pictures can go. */
export type Target = {
  id: string;
  name: string;
  kind: TargetKind;
  base: string;
  /** This computer's own server. */
  here: boolean;
  hasKey: boolean;
  canDelete: boolean;
  prepare: Preparation;
};

/** A target as it is to be; without an id a new one. */
export type TargetDraft = { id: string | null; name: string; kind: TargetKind; base: string; prepare: Preparation };

export const WATCH_MODES = ['upload', 'ask', 'collect'] as const;

/** What can be changed of a watched folder. */
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

/** A watched folder. `missed` pictures appeared in it while the app was off. */
export type WatchedFolder = WatchedFolderSettings & {
  path: string;
  /** Its path as people write it. */
  place: string;
  state: { is: 'off' | 'paused' | 'watching' | 'polling' | 'away' | 'failed'; reason: string | null };
  missed: number;
};

export type SuggestedFolder = { index: number; path: string; place: string; pictures: number };

export const UPLOAD_SOURCES = ['dropped', 'chosen', 'pasted', 'folder', 'editor'] as const;
export const COPY_POLICIES = ['always', 'only_if_i_started_it', 'never'] as const;

/** The settings that are shown and changed as one. */
export type Settings = {
  courtesy: Record<(typeof UPLOAD_SOURCES)[number], (typeof COPY_POLICIES)[number]>;
  /** Whether the clipboard gets an `<img>` beside the text. */
  html: boolean;
  template: string;
  proxy: { is: 'system' } | { is: 'none' } | { is: 'at'; address: string };
  /** Read only, as `editors.hasToken` is. */
  certificates: { name: string; fingerprint: string }[];
  editors: { on: boolean; port: number; origins: string[]; hasToken: boolean };
  /** Seconds in which a deletion can be thought better of. */
  deleteDelay: number;
};

/** A made-up link, as the clipboard would hold it. */
export type Example = { how: CopySettings['how']; text: string };

/** How it is with the door for Markdown editors. */
export type EditorListener = {
  open: boolean;
  port: number | null;
  reason: string | null;
  callers: { name: string; at: string; times: number; refused: boolean }[];
};

/** What is around the page: `taker` is who takes keys that work everywhere. */
export type DesktopIntegration = {
  startsAtLogin: boolean;
  shortcuts: { paste: string | null; show: string | null };
  taker: 'system' | 'portal' | 'nobody';
  /** Why the keys do not work, if they do not. */
  keysRefused: string | null;
};

/** Who can open the links. `address` and `name` are what another device writes into its browser, where there is such. */
export type LanSharing =
  | { is: 'this_computer' }
  | {
      is: 'home_network';
      address: string | null;
      name: string | null;
      warning: { is: 'stranger'; network: string } | { is: 'internet' } | null;
    };

/** An address for another device, and the squares that its camera reads: a `1` for each dark one, row by row. */
export type Invitation = { url: string; squares: string[]; expiresAt: string | null };

/** Why the app did not do what it was asked for; `message` is a whole sentence, `fields` are its facts where there are words for it. */
export type CommandError = { code: string; message: string; fields?: Fields };

export type AppState = {
  server: ServerState;
  keychain: 'ready' | 'waiting' | 'missing';
  copy: CopySettings;
  tray: boolean;
  version: string;
  reach: LanSharing;
  /** Nothing new is sent. */
  paused: boolean;
  watching: { paused: boolean; until: string | null };
  targets: Target[];
  /** The id of the target that pictures go to. */
  usual: string;
  folders: WatchedFolder[];
};

/** Something that happened, to be said once; `code` picks the words. */
export type Notice = { code: string; fields: Fields };
export type Progress = { id: number; sent: number; total: number };
/** Strips of the window, from the left: the first takes half of it, the others share the rest. */
export type Lane = { is: 'usual'; target: string } | { is: 'original' } | { is: 'target'; name: string };
/** Files over the window, and the lane that they would fall into. */
export type Drag = { over: boolean; count: number; lanes: Lane[]; lane: number };
export type CloseChoice = 'quit' | 'minimise' | 'cancel';

/** What each event carries. */
export type Events = {
  /** New rows, and rows of which anything but the progress has changed. */
  rows: Row[];
  progress: Progress;
  forgotten: { id: number };
  state: AppState;
  /** News of rows were lost on the way: they have to be read again. */
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
   * Asks the server. `path` starts with `/api/dashboard/`, or with the path of an image. In a browser
   * the sign-in cookie goes along, in the window the app's key, which the page never sees.
   */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /**
   * Sends a form with files, and says on the way how much has gone. `null` in the window, whose files go
   * by way of the app.
   */
  readonly upload: Upload | null;
  /** An address for `<img src>` of what `fetch` would get: thumbnails and pictures. */
  address(path: string): string;
  /** Puts text on the clipboard, and `html` beside it where that can be. False where it was not taken. */
  copyText(text: string, html?: string): Promise<boolean>;
  /** What only the desktop's window can do; `null` in a browser. */
  readonly desktop: Desktop | null;
}

/** What the window asks of the app around it. */
export interface Desktop {
  state(): Promise<AppState>;
  /** Newest first; `before` is the id of the oldest row already here. */
  rows(page: { limit: number; before: number | null }): Promise<Row[]>;
  chooseFiles(): Promise<void>;
  /** Uploads what is on the clipboard; the host reads it, the page never sees the bytes. */
  paste(): Promise<void>;
  /**
   * `label`: "all", "original" or a width; written as the switch says, or as `how` does. False where it was not
   * copied: a notice says why.
   */
  copy(id: number, label: string, how?: CopySettings['how']): Promise<boolean>;
  /** What was copied last, whatever is on the clipboard now. */
  copyAgain(): Promise<void>;
  retry(id: number): Promise<void>;
  /** Takes the row off the list; what was uploaded stays. */
  forget(id: number): Promise<void>;
  /** Stops it for now; `release` goes on, and says yes to what asks first. */
  hold(id: number): Promise<void>;
  release(id: number): Promise<void>;
  cancel(id: number): Promise<void>;
  /** Uploads it once more, as a picture of its own. */
  uploadAgain(id: number): Promise<void>;
  /** Sends it smaller, which its server refused as too large. */
  sendSmaller(id: number): Promise<void>;
  /** Shows the file that it came from, in the system's file manager. */
  showFile(id: number): Promise<void>;
  /** Its links say it from now on; without any text they say the file's name. */
  setAlt(id: number, text: string): Promise<void>;
  /** Takes it away from its server after some seconds, in which `undoDelete` is not too late. */
  delete(id: number): Promise<void>;
  undoDelete(id: number): Promise<boolean>;
  pauseQueue(): Promise<void>;
  resumeQueue(): Promise<void>;
  /** Gives the target's id. A `key` of `null` leaves the one that it has. */
  saveTarget(target: TargetDraft, key: string | null): Promise<string>;
  /** Asks for a ShareX file; `null` where the user thinks better of it. */
  importTarget(): Promise<string | null>;
  exportTarget(id: string): Promise<boolean>;
  removeTarget(id: string): Promise<void>;
  makeUsual(id: string): Promise<void>;
  /** `left`: the test's picture is still there, and `message` says why. */
  testTarget(id: string): Promise<{ left: string | null; message: string | null }>;
  suggestedFolders(): Promise<SuggestedFolder[]>;
  /** A suggested one by its path, or one that the user chooses now. */
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
  /** Sends a tiny picture through the door, as an editor would. `left`: why it is still where the link leads. */
  testEditors(): Promise<{ link: string; left: string | null }>;
  setEditorToken(token: string | null): Promise<void>;
  previewName(template: string): Promise<{ name: string }>;
  /** Switches this computer's server on or off. */
  setServing(on: boolean): Promise<void>;
  setReach(homeNetwork: boolean): Promise<void>;
  /** It is meant on this network, too. */
  allowNetwork(): Promise<void>;
  /** `signIn`: the address signs in, once, within ten minutes. */
  invite(signIn: boolean): Promise<Invitation>;
  /** A link for a phone's camera. */
  qr(id: number, label: string): Promise<Invitation>;
  around(): Promise<DesktopIntegration>;
  setLogin(on: boolean): Promise<void>;
  setShortcuts(shortcuts: DesktopIntegration['shortcuts']): Promise<void>;
  /** Puts what helps others to help on the clipboard, without addresses, names or keys. */
  copyDiagnostics(): Promise<boolean>;
  /** What the app noted last, a line each, without the same. */
  log(): Promise<string>;
  /** Where in the page the user is, from `#` on: a window that is made anew begins there. */
  setPlace(place: string): Promise<void>;
  /** What the page speaks, for the tray and the dialogs. */
  setLanguage(language: Language): Promise<void>;
  setCopy(copySettings: CopySettings): Promise<void>;
  /** One link of a made-up picture, written in every way. */
  examples(what: CopySettings['what'], size: number): Promise<Example[]>;
  /** The welcome was gone through, or skipped: it does not come again by itself. */
  welcomed(): Promise<void>;
  /** Opens a link in the system's browser. */
  open(id: number, label: string): Promise<void>;
  /** The same of a picture of this computer's server, by what its address ends with. */
  openPicture(id: string): Promise<void>;
  answerClose(choice: CloseChoice): Promise<void>;
  quit(): Promise<void>;
  /** Tells the host that the page is on the screen. */
  painted(): Promise<void>;
  thumbnail(id: number): string;
  on<K extends keyof Events>(event: K, listener: (payload: Events[K]) => void): Promise<Unlisten>;
}
