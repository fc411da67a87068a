// A fake host for tests and scenes: it records calls and emits events on demand. It is never shipped.
import type { Language } from '../messages/language';
import type {
  AppState,
  DesktopIntegration,
  CloseChoice,
  CopySettings,
  Desktop,
  EditorListener,
  Events,
  Example,
  WatchedFolder,
  Host,
  Invitation,
  Preparation,
  LanSharing,
  CommandError,
  Row,
  Settings,
  SuggestedFolder,
  Target,
  Unlisten,
  WatchedFolderSettings,
  TargetDraft,
} from './host';

export const DEFAULT_PREPARATION: Preparation = { strip: true, longest: null, convert: null, quality: null, name: null };

export const LOCAL_TARGET: Target = {
  id: 'here',
  name: 'This computer',
  kind: 'imgs',
  base: 'http://127.0.0.1:4870',
  here: true,
  hasKey: true,
  canDelete: true,
  prepare: DEFAULT_PREPARATION,
};

export function watchedFolder(id: string, path: string, overrides: Partial<WatchedFolder> = {}): WatchedFolder {
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
    ...overrides,
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

export const READY_STATE: AppState = {
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
  targets: [LOCAL_TARGET],
  usual: LOCAL_TARGET.id,
  folders: [],
};

const EXAMPLES: Example[] = [
  { how: 'url', text: 'http://127.0.0.1:4870/a7xK9mPq2w/original' },
  { how: 'markdown', text: '![harbour](http://127.0.0.1:4870/a7xK9mPq2w/original)' },
];
export const HOME_NETWORK: Extract<LanSharing, { is: 'home_network' }> = { is: 'home_network', address: 'http://192.168.1.5:4870', name: 'http://vitrine.local:4870', warning: null };

const INVITATION: Invitation = { url: 'http://192.168.1.5:4870/', squares: ['101', '010', '101'], expiresAt: null };

/** A finished row with two sizes, unless `overrides` says otherwise. */
export function pictureRow(id: number, overrides: Partial<Row> = {}): Row {
  return {
    id,
    name: `picture-${id}.jpg`,
    bytes: 2_436_000,
    width: 600,
    height: 400,
    thumbnail: true,
    addedAt: '2026-11-22T09:05:00Z',
    copied: false,
    target: LOCAL_TARGET.id,
    folder: null,
    hasFile: true,
    alt: null,
    metadata: 'none',
    maybeTwice: false,
    deletable: true,
    deletedAt: null,
    notDeleted: null,
    state: { is: 'done', links: linksOf(id, [200, 400]) },
    ...overrides,
  };
}

export function linksOf(id: number, sizes: number[]): { label: string; url: string }[] {
  const base = `http://127.0.0.1:4870/picture${id}`;
  return [{ label: 'original', url: base }, ...sizes.map((size) => ({ label: `${size}`, url: `${base}/${size}` }))];
}

type Listeners = { [K in keyof Events]: Set<(payload: Events[K]) => void> };

export class FakeHost implements Host, Desktop {
  /** Both hosts in one; browser tests set it to `null`. */
  desktop: Desktop | null = this;
  /** Responses of the server, by method and path: `"GET /api/dashboard/session"`. */
  readonly server = new Map<string, unknown>();
  /** The calls in order: `["copy", 7, "original"]`. */
  readonly calls: unknown[][] = [];
  /** Calls that fail. */
  readonly failingCalls = new Set<string>();
  /** Command errors, by call. */
  readonly commandErrors = new Map<string, CommandError>();
  clipboardWorks = true;
  savedSettings: Settings = SETTINGS;
  editorListener: EditorListener = { open: false, port: null, reason: null, callers: [] };
  integration: DesktopIntegration = { startsAtLogin: false, shortcuts: { paste: null, show: null }, taker: 'system', keysRefused: null };
  suggestions: SuggestedFolder[] = [];
  private readonly listeners: Listeners = {
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
    public app: AppState = READY_STATE,
    public storedRows: Row[] = [],
    private readonly thumbnailUrl: (id: number) => string = (id) => `app://localhost/thumbnails/${id}`,
  ) {}

  emit<K extends keyof Events>(event: K, payload: Events[K]): void {
    for (const listener of this.listeners[event]) listener(payload);
  }

  async on<K extends keyof Events>(event: K, listener: (payload: Events[K]) => void): Promise<Unlisten> {
    this.listeners[event].add(listener);
    return () => this.listeners[event].delete(listener);
  }

  state(): Promise<AppState> {
    return this.respond(this.app, 'state');
  }

  rows({ limit, before }: { limit: number; before: number | null }): Promise<Row[]> {
    const older = this.storedRows.filter((row) => before === null || row.id < before).sort((a, b) => b.id - a.id);
    return this.respond(older.slice(0, limit), 'rows', limit, before);
  }

  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const request = `${init.method ?? 'GET'} ${path}`;
    this.calls.push(['fetch', request, ...(typeof init.body === 'string' ? [JSON.parse(init.body)] : [])]);
    const answer = this.server.get(request);
    return answer === undefined
      ? Response.json({ error: 'There is nothing here.', code: 'not_found' }, { status: 404 })
      : answer instanceof Response
        ? answer.clone()
        : Response.json(answer);
  }

  /** Responds as the server does, with all progress at once. */
  upload: Host['upload'] = async (path, form, { method, signal, progress }) => {
    const file = form.get('file');
    this.calls.push(['upload', `${method} ${path}`, file instanceof File ? file.name : null]);
    if (this.failingCalls.has('upload')) throw new TypeError('The connection was cut.');
    if (signal.aborted) throw new DOMException('It was called off.', 'AbortError');
    if (file instanceof File) progress(file.size, file.size);
    return this.fetch(path, { method });
  };

  address = (path: string) => path;
  copyText = (text: string, html?: string) => this.respond(this.clipboardWorks, 'copyText', text, ...(html === undefined ? [] : [html]));

  chooseFiles = () => this.respond(undefined, 'chooseFiles');
  paste = () => this.respond(undefined, 'paste');
  copy = (id: number, label: string, how?: CopySettings['how']) =>
    this.respond(this.clipboardWorks, 'copy', id, label, ...(how === undefined ? [] : [how]));
  copyAgain = () => this.respond(undefined, 'copyAgain');
  retry = (id: number) => this.respond(undefined, 'retry', id);
  open = (id: number, label: string) => this.respond(undefined, 'open', id, label);
  openPicture = (id: string) => this.respond(undefined, 'openPicture', id);
  answerClose = (choice: CloseChoice) => this.respond(undefined, 'answerClose', choice);
  quit = () => this.respond(undefined, 'quit');
  painted = () => this.respond(undefined, 'painted');
  thumbnail = (id: number) => this.thumbnailUrl(id);

  async forget(id: number): Promise<void> {
    await this.respond(undefined, 'forget', id);
    this.storedRows = this.storedRows.filter((row) => row.id !== id);
    this.emit('forgotten', { id });
  }

  hold = (id: number) => this.respond(undefined, 'hold', id);
  release = (id: number) => this.respond(undefined, 'release', id);
  cancel = (id: number) => this.respond(undefined, 'cancel', id);
  uploadAgain = (id: number) => this.respond(undefined, 'uploadAgain', id);
  sendSmaller = (id: number) => this.respond(undefined, 'sendSmaller', id);
  showFile = (id: number) => this.respond(undefined, 'showFile', id);
  setAlt = (id: number, text: string) => this.respond(undefined, 'setAlt', id, text);
  delete = (id: number) => this.respond(undefined, 'delete', id);
  undoDelete = (id: number) => this.respond(true, 'undoDelete', id);
  pauseQueue = () => this.updateState({ paused: true }, 'pauseQueue');
  resumeQueue = () => this.updateState({ paused: false }, 'resumeQueue');
  importTarget = (): Promise<string | null> => this.respond(null, 'importTarget');
  exportTarget = (id: string) => this.respond(true, 'exportTarget', id);
  makeUsual = (id: string) => this.updateState({ usual: id }, 'makeUsual', id);
  testTarget = (id: string) => this.respond({ left: null, message: null }, 'testTarget', id);
  suggestedFolders = () => this.respond(this.suggestions, 'suggestedFolders');
  takeMissed = (id: string) => this.respond(undefined, 'takeMissed', id);
  leaveMissed = (id: string) => this.respond(undefined, 'leaveMissed', id);
  pauseWatching = (minutes: number | null) =>
    this.updateState({ watching: { paused: true, until: null } }, 'pauseWatching', minutes);
  resumeWatching = () => this.updateState({ watching: { paused: false, until: null } }, 'resumeWatching');
  settings = () => this.respond(this.savedSettings, 'settings');
  addCertificate = () => this.respond(false, 'addCertificate');
  removeCertificate = (fingerprint: string) => this.respond(undefined, 'removeCertificate', fingerprint);
  editors = () => this.respond(this.editorListener, 'editors');
  testEditors = () => this.respond<{ link: string; left: string | null }>({ link: 'http://127.0.0.1:4870/a7xK9mPq2w', left: null }, 'testEditors');
  setEditorToken = (token: string | null) => this.respond(undefined, 'setEditorToken', token);
  previewName = (template: string) => this.respond({ name: `${template}.png` }, 'previewName', template);
  setServing = (on: boolean) => this.updateState({ server: on ? READY_STATE.server : { is: 'off' } }, 'setServing', on);
  setReach = (homeNetwork: boolean) => this.updateState({ reach: homeNetwork ? HOME_NETWORK : { is: 'this_computer' } }, 'setReach', homeNetwork);
  allowNetwork = () => this.updateState({ reach: HOME_NETWORK }, 'allowNetwork');
  invite = (signIn: boolean) => this.respond(signIn ? { ...INVITATION, expiresAt: new Date(Date.now() + 600_000).toISOString() } : INVITATION, 'invite', signIn);
  qr = (id: number, label: string) => this.respond(INVITATION, 'qr', id, label);
  around = () => this.respond(this.integration, 'around');
  setLogin = (on: boolean) => this.respond(undefined, 'setLogin', on);
  setShortcuts = (shortcuts: DesktopIntegration['shortcuts']) => this.respond(undefined, 'setShortcuts', shortcuts);
  copyDiagnostics = () => this.respond(this.clipboardWorks, 'copyDiagnostics');
  log = () => this.respond('2026-11-26T09:05:00Z  INFO editors are let in port=36677\n', 'log');
  setLanguage = (language: Language) => this.respond(undefined, 'setLanguage', language);
  welcomed = () => this.respond(undefined, 'welcomed');
  examples = (what: CopySettings['what'], size: number) => this.respond(EXAMPLES, 'examples', what, size);
  setPlace = (place: string) => this.respond(undefined, 'setPlace', place);

  async saveTarget(draft: TargetDraft, key: string | null): Promise<string> {
    await this.respond(undefined, 'saveTarget', draft, key);
    const id = draft.id ?? `target-${this.app.targets.length}`;
    const previous = this.app.targets.find((target) => target.id === id);
    const target = { ...LOCAL_TARGET, here: false, ...previous, ...draft, id, hasKey: key !== null || (previous?.hasKey ?? false) };
    const others = this.app.targets.filter((other) => other.id !== id);
    await this.updateState({ targets: previous ? this.app.targets.map((other) => (other.id === id ? target : other)) : [...others, target] });
    return id;
  }

  async removeTarget(id: string): Promise<void> {
    await this.respond(undefined, 'removeTarget', id);
    await this.updateState({ targets: this.app.targets.filter((target) => target.id !== id) });
  }

  async addFolder(suggestion: string | null): Promise<string | null> {
    await this.respond(undefined, 'addFolder', suggestion);
    if (suggestion === null) return null;
    const id = `folder-${this.app.folders.length}`;
    await this.updateState({ folders: [...this.app.folders, watchedFolder(id, suggestion)] });
    return id;
  }

  async saveFolder(draft: WatchedFolderSettings): Promise<void> {
    await this.respond(undefined, 'saveFolder', draft);
    await this.updateState({ folders: this.app.folders.map((folder) => (folder.id === draft.id ? { ...folder, ...draft } : folder)) });
  }

  async removeFolder(id: string): Promise<void> {
    await this.respond(undefined, 'removeFolder', id);
    await this.updateState({ folders: this.app.folders.filter((folder) => folder.id !== id) });
  }

  async saveSettings(settings: Settings): Promise<Settings> {
    await this.respond(undefined, 'saveSettings', settings);
    this.savedSettings = structuredClone(settings);
    return this.savedSettings;
  }

  /** Changes the state and emits it. */
  private async updateState(overrides: Partial<AppState>, request?: string, ...details: unknown[]): Promise<void> {
    if (request) await this.respond(undefined, request, ...details);
    this.app = { ...this.app, ...overrides };
    this.emit('state', this.app);
  }

  async setCopy(copySettings: CopySettings): Promise<void> {
    await this.respond(undefined, 'setCopy', { ...copySettings });
    this.app = { ...this.app, copy: { ...copySettings } };
    this.emit('state', this.app);
  }

  private async respond<T>(answer: T, request: string, ...details: unknown[]): Promise<T> {
    this.calls.push([request, ...details]);
    const commandError = this.commandErrors.get(request);
    if (commandError) throw commandError;
    if (this.failingCalls.has(request)) throw new Error(`${request} is failingCalls in this test`);
    return answer;
  }
}
