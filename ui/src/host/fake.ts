// A made-up host: it remembers what it was asked and lets its owner tell the page anything.
// Tests and the design scenes live on it; it is never part of the shipped page.
import type { AppState, CloseChoice, Copying, Desktop, Events, Host, Row, Unlisten } from './host';

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
  reach: 'this_computer',
};

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
  clipboardTakes = true;
  private readonly hearers: Hearers = {
    rows: new Set(),
    progress: new Set(),
    forgotten: new Set(),
    state: new Set(),
    drag: new Set(),
    notice: new Set(),
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
  copy = (id: number, label: string) => this.answer(this.clipboardTakes, 'copy', id, label);
  retry = (id: number) => this.answer(undefined, 'retry', id);
  open = (id: number, label: string) => this.answer(undefined, 'open', id, label);
  answerClose = (choice: CloseChoice) => this.answer(undefined, 'answerClose', choice);
  quit = () => this.answer(undefined, 'quit');
  painted = () => this.answer(undefined, 'painted');
  thumbnail = (id: number) => this.picture(id);

  async forget(id: number): Promise<void> {
    await this.answer(undefined, 'forget', id);
    this.kept = this.kept.filter((row) => row.id !== id);
    this.tell('forgotten', { id });
  }

  async setCopy(copying: Copying): Promise<void> {
    await this.answer(undefined, 'setCopy', { ...copying });
    this.app = { ...this.app, copy: { ...copying } };
    this.tell('state', this.app);
  }

  private async answer<T>(answer: T, request: string, ...details: unknown[]): Promise<T> {
    this.asked.push([request, ...details]);
    if (this.broken.has(request)) throw new Error(`${request} is broken in this test`);
    return answer;
  }
}
