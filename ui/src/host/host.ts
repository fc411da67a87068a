// The page's one door to the outside: what it may ask of its surroundings, and what it is told.
// Two homes stand behind it, the desktop app's window (tauri.ts) and a browser on the network
// (browser.ts), and a made-up one (fake.ts) to design and test with. No other file knows which of
// them it is talking to: what only one of them can do is there, or `null`.

/** One way to a picture: the original, or one of its sizes by width in pixels (`"200"`). */
export type Link = { label: string; url: string };

/** Where a picture on its way is. `message` is a whole sentence; `fields` are its facts. */
export type RowState =
  | { is: 'waiting'; for: 'keychain' | 'server' }
  | { is: 'fetching' }
  | { is: 'queued' }
  | { is: 'sending'; sent: number; total: number }
  | { is: 'done'; links: Link[] }
  | { is: 'offline'; retryAt: string; code: string; fields: Fields; message: string }
  | { is: 'failed'; code: string; fields: Fields; message: string; retry: boolean };

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
  state: RowState;
};

export type Fields = Record<string, string | number>;

export const WHAT = ['all', 'original', 'size'] as const;
export const HOW = ['url', 'markdown', 'html', 'bbcode', 'srcset'] as const;
/** The widths in pixels that the host offers links for. */
export const SIZES = [200, 400, 800, 1200, 1600] as const;

/** What is written to the clipboard, and in which language. `size` counts when `what` is "size". */
export type Copying = {
  what: (typeof WHAT)[number];
  size: number;
  how: (typeof HOW)[number];
};

export type ServerState =
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

export type AppState = {
  server: ServerState;
  keychain: 'ready' | 'waiting' | 'missing';
  copy: Copying;
  tray: boolean;
  version: string;
  reach: 'this_computer';
};

/** Something that happened, to be said once; `code` picks the words. */
export type Notice = { code: string; fields: Fields };
export type Progress = { id: number; sent: number; total: number };
export type Drag = { over: boolean; count: number };
export type CloseChoice = 'quit' | 'minimise' | 'cancel';

/** What each event carries. */
export type Events = {
  /** New rows, and rows of which anything but the progress has changed. */
  rows: Row[];
  progress: Progress;
  forgotten: { id: number };
  state: AppState;
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
  /** `label`: "all", "original" or a width; written as the switches say. False where it was not copied: a notice says why. */
  copy(id: number, label: string): Promise<boolean>;
  retry(id: number): Promise<void>;
  /** Takes the row off the list; what was uploaded stays. */
  forget(id: number): Promise<void>;
  setCopy(copying: Copying): Promise<void>;
  /** Opens a link in the system's browser. */
  open(id: number, label: string): Promise<void>;
  answerClose(choice: CloseChoice): Promise<void>;
  quit(): Promise<void>;
  /** Tells the host that the page is on the screen. */
  painted(): Promise<void>;
  thumbnail(id: number): string;
  on<K extends keyof Events>(event: K, hear: (payload: Events[K]) => void): Promise<Unlisten>;
}
