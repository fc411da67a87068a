// A made-up host: it remembers what it was asked and lets its owner tell the page anything.
// Tests and the design scenes live on it; it is never part of the shipped page.
import type { Language } from '../messages/language';
import type {
  AppState,
  Around,
  CloseChoice,
  Copying,
  Desktop,
  EditorsDoor,
  Events,
  Example,
  Folder,
  Host,
  Invitation,
  Preparation,
  Reach,
  Refusal,
  Row,
  Settings,
  SuggestedFolder,
  Target,
  Unlisten,
  WantedFolder,
  WantedTarget,
} from './host';

export const UNTOUCHED: Preparation = { strip: true, longest: null, convert: null, quality: null, name: null };

export const HERE: Target = {
  id: 'here',
  name: 'This computer',
  kind: 'imgs',
  base: 'http://127.0.0.1:4870',
  here: true,
  hasKey: true,
  canDelete: true,
  prepare: UNTOUCHED,
};

export function watched(id: string, path: string, differing: Partial<Folder> = {}): Folder {
  return {
    id,
    path,
    place: path,
    on: true,
    mode: 'upload',
    target: null,
    prepare: null,
    links: null,
    patterns: [],
    deep: false,
    afterwards: { is: 'keep' },
    poll: false,
    state: { is: 'watching', reason: null },
    missed: 0,
    ...differing,
  };
}

export const SETTINGS: Settings = {
  courtesy: { dropped: 'always', chosen: 'always', pasted: 'always', folder: 'always', editor: 'never' },
  html: true,
  template: '{url}',
  proxy: { is: 'system' },
  certificates: [],
  editors: { on: false, port: 36677, origins: ['app://obsidian.md'], hasToken: false },
  deleteDelay: 10,
};

export const READY: AppState = {
  server: {
    is: 'running',
    address: '127.0.0.1:4870',
    base: 'http://127.0.0.1:4870',
    port: 4870,
    movedFrom: null,
    adopted: null,
  },
  keychain: 'ready',
  copy: { what: 'all', size: 800, how: 'url' },
  tray: true,
  version: '0.1.0',
  reach: { is: 'this_computer' },
  paused: false,
  watching: { paused: false, until: null },
  targets: [HERE],
  usual: HERE.id,
  folders: [],
};

const EXAMPLES: Example[] = [
  { how: 'url', text: 'http://127.0.0.1:4870/a7xK9mPq2w/original' },
  { how: 'markdown', text: '![harbour](http://127.0.0.1:4870/a7xK9mPq2w/original)' },
];
export const HOME_NETWORK: Extract<Reach, { is: 'home_network' }> = { is: 'home_network', address: 'http://192.168.1.5:4870', name: 'http://vitrine.local:4870', warning: null };

const INVITATION: Invitation = { url: 'http://192.168.1.5:4870/', squares: ['101', '010', '101'], expiresAt: null };

/** A row as the host would tell it: done, with two sizes, unless `differing` says otherwise. */
export function pictureRow(id: number, differing: Partial<Row> = {}): Row {
  return {
    id,
    name: `picture-${id}.jpg`,
    bytes: 2_436_000,
    width: 600,
    height: 400,
    thumbnail: true,
    addedAt: '2026-11-22T09:05:00Z',
    copied: false,
    target: HERE.id,
    folder: null,
    hasFile: true,
    alt: null,
    metadata: 'none',
    maybeTwice: false,
    deletable: true,
    deletedAt: null,
    notDeleted: null,
    state: { is: 'done', links: linksOf(id, [200, 400]) },
    ...differing,
  };
}

export function linksOf(id: number, sizes: number[]): { label: string; url: string }[] {
  const base = `http://127.0.0.1:4870/picture${id}`;
  return [{ label: 'original', url: base }, ...sizes.map((size) => ({ label: `${size}`, url: `${base}/${size}` }))];
}

type Hearers = { [K in keyof Events]: Set<(payload: Events[K]) => void> };

export class FakeHost implements Host, Desktop {
  /** Both homes in one; a test of the browser's takes it away. */
  desktop: Desktop | null = this;
  /** Answers of the server, by method and path: `"GET /api/dashboard/session"`. */
  readonly server = new Map<string, unknown>();
  /** What was asked of it, in order: `["copy", 7, "original"]`. */
  readonly asked: unknown[][] = [];
  /** Names of requests that fail. */
  readonly broken = new Set<string>();
  /** What requests are refused with, by their names. */
  readonly refused = new Map<string, Refusal>();
  clipboardTakes = true;
  remembered: Settings = SETTINGS;
  door: EditorsDoor = { open: false, port: null, reason: null, callers: [] };
  surroundings: Around = { startsAtLogin: false, shortcuts: { paste: null, show: null }, taker: 'system', keysRefused: null };
  suggested: SuggestedFolder[] = [];
  private readonly hearers: Hearers = {
    rows: new Set(),
    progress: new Set(),
    forgotten: new Set(),
    state: new Set(),
    drag: new Set(),
    notice: new Set(),
    missed: new Set(),
    ask_close: new Set(),
  };

  constructor(
    public app: AppState = READY,
    public kept: Row[] = [],
    private readonly picture: (id: number) => string = (id) => `app://localhost/thumbnails/${id}`,
  ) {}

  tell<K extends keyof Events>(event: K, payload: Events[K]): void {
    for (const hear of this.hearers[event]) hear(payload);
  }

  async on<K extends keyof Events>(event: K, hear: (payload: Events[K]) => void): Promise<Unlisten> {
    this.hearers[event].add(hear);
    return () => this.hearers[event].delete(hear);
  }

  state(): Promise<AppState> {
    return this.answer(this.app, 'state');
  }

  rows({ limit, before }: { limit: number; before: number | null }): Promise<Row[]> {
    const older = this.kept.filter((row) => before === null || row.id < before).sort((a, b) => b.id - a.id);
    return this.answer(older.slice(0, limit), 'rows', limit, before);
  }

  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const request = `${init.method ?? 'GET'} ${path}`;
    this.asked.push(['fetch', request, ...(typeof init.body === 'string' ? [JSON.parse(init.body)] : [])]);
    const answer = this.server.get(request);
    return answer === undefined
      ? Response.json({ error: 'There is nothing here.', code: 'not_found' }, { status: 404 })
      : answer instanceof Response
        ? answer.clone()
        : Response.json(answer);
  }

  /** Files are taken as the server's answers say, all of a file at once. */
  upload: Host['upload'] = async (path, form, { method, signal, progress }) => {
    const file = form.get('file');
    this.asked.push(['upload', `${method} ${path}`, file instanceof File ? file.name : null]);
    if (this.broken.has('upload')) throw new TypeError('The connection was cut.');
    if (signal.aborted) throw new DOMException('It was called off.', 'AbortError');
    if (file instanceof File) progress(file.size, file.size);
    return this.fetch(path, { method });
  };

  address = (path: string) => path;
  copyText = (text: string, html?: string) => this.answer(this.clipboardTakes, 'copyText', text, ...(html === undefined ? [] : [html]));

  chooseFiles = () => this.answer(undefined, 'chooseFiles');
  paste = () => this.answer(undefined, 'paste');
  copy = (id: number, label: string, how?: Copying['how']) =>
    this.answer(this.clipboardTakes, 'copy', id, label, ...(how === undefined ? [] : [how]));
  copyAgain = () => this.answer(undefined, 'copyAgain');
  retry = (id: number) => this.answer(undefined, 'retry', id);
  open = (id: number, label: string) => this.answer(undefined, 'open', id, label);
  openPicture = (id: string) => this.answer(undefined, 'openPicture', id);
  answerClose = (choice: CloseChoice) => this.answer(undefined, 'answerClose', choice);
  quit = () => this.answer(undefined, 'quit');
  painted = () => this.answer(undefined, 'painted');
  thumbnail = (id: number) => this.picture(id);

  async forget(id: number): Promise<void> {
    await this.answer(undefined, 'forget', id);
    this.kept = this.kept.filter((row) => row.id !== id);
    this.tell('forgotten', { id });
  }

  hold = (id: number) => this.answer(undefined, 'hold', id);
  release = (id: number) => this.answer(undefined, 'release', id);
  cancel = (id: number) => this.answer(undefined, 'cancel', id);
  uploadAgain = (id: number) => this.answer(undefined, 'uploadAgain', id);
  sendSmaller = (id: number) => this.answer(undefined, 'sendSmaller', id);
  showFile = (id: number) => this.answer(undefined, 'showFile', id);
  setAlt = (id: number, text: string) => this.answer(undefined, 'setAlt', id, text);
  delete = (id: number) => this.answer(undefined, 'delete', id);
  undoDelete = (id: number) => this.answer(true, 'undoDelete', id);
  pauseQueue = () => this.becomes({ paused: true }, 'pauseQueue');
  resumeQueue = () => this.becomes({ paused: false }, 'resumeQueue');
  importTarget = (): Promise<string | null> => this.answer(null, 'importTarget');
  exportTarget = (id: string) => this.answer(true, 'exportTarget', id);
  makeUsual = (id: string) => this.becomes({ usual: id }, 'makeUsual', id);
  testTarget = (id: string) => this.answer({ left: null, message: null }, 'testTarget', id);
  suggestedFolders = () => this.answer(this.suggested, 'suggestedFolders');
  takeMissed = (id: string) => this.answer(undefined, 'takeMissed', id);
  leaveMissed = (id: string) => this.answer(undefined, 'leaveMissed', id);
  pauseWatching = (minutes: number | null) =>
    this.becomes({ watching: { paused: true, until: null } }, 'pauseWatching', minutes);
  resumeWatching = () => this.becomes({ watching: { paused: false, until: null } }, 'resumeWatching');
  settings = () => this.answer(this.remembered, 'settings');
  addCertificate = () => this.answer(false, 'addCertificate');
  removeCertificate = (fingerprint: string) => this.answer(undefined, 'removeCertificate', fingerprint);
  editors = () => this.answer(this.door, 'editors');
  testEditors = () => this.answer<{ link: string; left: string | null }>({ link: 'http://127.0.0.1:4870/a7xK9mPq2w', left: null }, 'testEditors');
  setEditorToken = (token: string | null) => this.answer(undefined, 'setEditorToken', token);
  previewName = (template: string) => this.answer({ name: `${template}.png` }, 'previewName', template);
  setServing = (on: boolean) => this.becomes({ server: on ? READY.server : { is: 'off' } }, 'setServing', on);
  setReach = (homeNetwork: boolean) => this.becomes({ reach: homeNetwork ? HOME_NETWORK : { is: 'this_computer' } }, 'setReach', homeNetwork);
  allowNetwork = () => this.becomes({ reach: HOME_NETWORK }, 'allowNetwork');
  invite = (signIn: boolean) => this.answer(signIn ? { ...INVITATION, expiresAt: new Date(Date.now() + 600_000).toISOString() } : INVITATION, 'invite', signIn);
  qr = (id: number, label: string) => this.answer(INVITATION, 'qr', id, label);
  around = () => this.answer(this.surroundings, 'around');
  setLogin = (on: boolean) => this.answer(undefined, 'setLogin', on);
  setShortcuts = (shortcuts: Around['shortcuts']) => this.answer(undefined, 'setShortcuts', shortcuts);
  copyDiagnostics = () => this.answer(this.clipboardTakes, 'copyDiagnostics');
  log = () => this.answer('2026-11-26T09:05:00Z  INFO editors are let in port=36677\n', 'log');
  setLanguage = (language: Language) => this.answer(undefined, 'setLanguage', language);
  welcomed = () => this.answer(undefined, 'welcomed');
  examples = (what: Copying['what'], size: number) => this.answer(EXAMPLES, 'examples', what, size);
  setPlace = (place: string) => this.answer(undefined, 'setPlace', place);

  async saveTarget(wanted: WantedTarget, key: string | null): Promise<string> {
    await this.answer(undefined, 'saveTarget', wanted, key);
    const id = wanted.id ?? `target-${this.app.targets.length}`;
    const before = this.app.targets.find((target) => target.id === id);
    const target = { ...HERE, here: false, ...before, ...wanted, id, hasKey: key !== null || (before?.hasKey ?? false) };
    const others = this.app.targets.filter((other) => other.id !== id);
    await this.becomes({ targets: before ? this.app.targets.map((other) => (other.id === id ? target : other)) : [...others, target] });
    return id;
  }

  async removeTarget(id: string): Promise<void> {
    await this.answer(undefined, 'removeTarget', id);
    await this.becomes({ targets: this.app.targets.filter((target) => target.id !== id) });
  }

  async addFolder(suggestion: string | null): Promise<string | null> {
    await this.answer(undefined, 'addFolder', suggestion);
    if (suggestion === null) return null;
    const id = `folder-${this.app.folders.length}`;
    await this.becomes({ folders: [...this.app.folders, watched(id, suggestion)] });
    return id;
  }

  async saveFolder(wanted: WantedFolder): Promise<void> {
    await this.answer(undefined, 'saveFolder', wanted);
    await this.becomes({ folders: this.app.folders.map((folder) => (folder.id === wanted.id ? { ...folder, ...wanted } : folder)) });
  }

  async removeFolder(id: string): Promise<void> {
    await this.answer(undefined, 'removeFolder', id);
    await this.becomes({ folders: this.app.folders.filter((folder) => folder.id !== id) });
  }

  async saveSettings(settings: Settings): Promise<Settings> {
    await this.answer(undefined, 'saveSettings', settings);
    this.remembered = structuredClone(settings);
    return this.remembered;
  }

  /** Changes the state and tells it. */
  private async becomes(differing: Partial<AppState>, request?: string, ...details: unknown[]): Promise<void> {
    if (request) await this.answer(undefined, request, ...details);
    this.app = { ...this.app, ...differing };
    this.tell('state', this.app);
  }

  async setCopy(copying: Copying): Promise<void> {
    await this.answer(undefined, 'setCopy', { ...copying });
    this.app = { ...this.app, copy: { ...copying } };
    this.tell('state', this.app);
  }

  private async answer<T>(answer: T, request: string, ...details: unknown[]): Promise<T> {
    this.asked.push([request, ...details]);
    const refusal = this.refused.get(request);
    if (refusal) throw refusal;
    if (this.broken.has(request)) throw new Error(`${request} is broken in this test`);
    return answer;
  }
}
