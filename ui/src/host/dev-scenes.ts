// Scenes of the desktop window for development: `?scene=drag`, `?scene=empty`, … Only the development server loads
// this file.
import { FakeHost, LOCAL_TARGET, linksOf, pictureRow, READY_STATE, SETTINGS, DEFAULT_PREPARATION, watchedFolder } from './fake';
import type { AppState, WatchedFolder, Row, RowState, Target } from './host';

const NAMES = [
  'Lighthouse at dusk.jpg',
  'screenshot-2026-11-22-at-09-05-31-second-display-1.png',
  'été à la plage.webp',
  'kitten.gif',
  'IMG_20261119_184205.jpg',
  'floor-plan-ground-level.png',
  'notes.txt',
  'panorama-from-the-ridge-looking-south-over-the-valley.jpg',
];

const now = Date.now();
const failedState = (code: string, message: string, retry: boolean): RowState => ({ is: 'failed', code, fields: {}, message, retry });

const STATES: RowState[] = [
  { is: 'sending', sent: 1_020_000, total: 2_436_000 },
  { is: 'queued' },
  { is: 'done', links: linksOf(6, [200, 400, 800, 1200, 1600]) },
  { is: 'done', links: linksOf(5, [200, 400]) },
  {
    is: 'offline',
    retryAt: new Date(now + 90_000).toISOString(),
    code: 'unreachable',
    fields: { address: 'http://127.0.0.1:4870' },
    message: 'http://127.0.0.1:4870 cannot be reached.',
  },
  failedState('server_error', 'The server could not keep the picture: its disk is full. Make room, then retry.', true),
  failedState('not_a_picture', 'This file is not a picture.', false),
  { is: 'done', links: linksOf(1, [200, 400, 800, 1200, 1600]) },
];

function row(at: number): Row {
  const state = STATES[at % STATES.length] ?? { is: 'queued' };
  const undecodable = state.is === 'failed' && !state.retry;
  return pictureRow(1_000 - at, {
    name: NAMES[at % NAMES.length] ?? '',
    bytes: 48_000 + ((at * 7_919_337) % 9_000_000),
    width: undecodable ? null : 4032,
    height: undecodable ? null : 3024,
    thumbnail: !undecodable,
    addedAt: new Date(now - at * 3_400_000).toISOString(),
    copied: at === 2,
    state,
  });
}

const rows = (count: number) => Array.from({ length: count }, (_, at) => row(at));

/** A generated landscape for each row. */
function landscape(id: number): string {
  const hue = (id * 67) % 360;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 56 56"><rect width="56" height="56" fill="hsl(${hue} 65% 72%)"/><circle cx="${14 + (id % 28)}" cy="16" r="6" fill="hsl(${hue + 40} 90% 88%)"/><path d="M0 44 18 24 34 44 44 34 56 46V56H0Z" fill="hsl(${hue + 190} 40% 36%)"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

const OFFICE: Target = {
  id: 'office',
  name: 'Office',
  kind: 'slink',
  base: 'https://pictures.office.example',
  here: false,
  hasKey: true,
  canDelete: false,
  prepare: { ...DEFAULT_PREPARATION, longest: 1920, convert: 'webp' },
};
const SHAREX: Target = { ...OFFICE, id: 'sharex', name: 'Zipline', kind: 'sxcu', base: 'https://zipline.example', hasKey: true };
const FOLDERS: WatchedFolder[] = [
  watchedFolder('shots', '/home/anna/Pictures/Screenshots', { missed: 3 }),
  watchedFolder('camera', '/media/anna/CAMERA/DCIM', { state: { is: 'away', reason: null }, mode: 'ask' }),
];

const SCENES: Record<string, () => { app?: Partial<AppState>; rows?: Row[]; then?: (host: FakeHost) => void }> = {
  list: () => ({ rows: rows(8) }),
  many: () => ({ rows: rows(1_000) }),
  empty: () => ({}),
  busy: () => ({
    rows: [
      pictureRow(20, { name: 'half-written.png', state: { is: 'waiting', for: 'file' }, thumbnail: false, width: null, height: null, folder: 'shots' }),
      pictureRow(19, { name: 'asks-first.png', state: { is: 'waiting', for: 'user' }, folder: 'camera' }),
      pictureRow(18, { name: 'known.png', state: { is: 'already_uploaded', links: linksOf(18, [200, 400]) }, copied: true }),
      pictureRow(17, { name: 'with-location.jpg', metadata: 'removed' }),
      pictureRow(16, { name: 'going.jpg', deletedAt: new Date(now + 8_000).toISOString() }),
      pictureRow(15, { name: 'twice.jpg', maybeTwice: true, target: 'office' }),
      pictureRow(14, {
        name: 'stays-there.jpg',
        notDeleted: { code: 'cannot_delete', fields: { target: 'Office' }, message: 'Office has no way to take a picture away again.' },
        deletable: false,
      }),
    ],
    app: { targets: [LOCAL_TARGET, OFFICE, SHAREX], folders: FOLDERS, paused: true },
  }),
  settings: () => ({
    app: { targets: [LOCAL_TARGET, OFFICE, SHAREX], folders: FOLDERS },
    then: (host) => {
      host.suggestions = [{ index: 0, path: '/home/anna/Screenshots', place: '~/Screenshots', pictures: 214 }];
      host.savedSettings = {
        ...SETTINGS,
        editors: { ...SETTINGS.editors, on: true },
        certificates: [{ name: 'Office CA', fingerprint: '70:9E:80:C8:84:87:A2:41:1E:1E:E4:DF:B9:F2:2A:86:14:92:D2:0C:47:65:15:0C:0C:79:4A:BD:70:F8:14:7C' }],
      };
      host.editorListener = { open: true, port: 36677, reason: null, callers: [{ name: 'Typora', at: new Date(now).toISOString(), times: 4, refused: false }] };
      location.hash = '#/settings';
    },
  }),
  drag: () => ({ rows: rows(8), then: (host) => host.emit('drag', { over: true, count: 3, lanes: [{ is: 'usual', target: 'This computer' }, { is: 'original' }, { is: 'target', name: 'Office' }], lane: 0 }) }),
  toast: () => ({
    rows: rows(8),
    then: (host) => {
      host.emit('notice', { code: 'clipboard_failed', fields: {} });
      host.emit('notice', { code: 'copied', fields: { pictures: 3, links: 12, failed: 1, how: 'markdown' } });
    },
  }),
  close: () => ({ rows: rows(8), then: (host) => host.emit('ask_close', {}) }),
  errors: () => ({
    rows: rows(8).map((other) => (other.state.is === 'queued' ? { ...other, state: { is: 'waiting', for: 'server' } } : other)),
    app: {
      server: { is: 'failed', message: 'The folder ~/.local/share/vitrine cannot be written.' },
      keychain: 'missing',
      copy: { what: 'size', size: 800, how: 'markdown' },
    },
  }),
  moved: () => ({
    rows: rows(3).map((other) => (other.state.is === 'queued' ? { ...other, state: { is: 'waiting', for: 'keychain' } } : other)),
    app: {
      server: { is: 'running', address: '127.0.0.1:4871', base: 'http://127.0.0.1:4871', port: 4871, movedFrom: 4870, adopted: null },
      keychain: 'waiting',
    },
  }),
};

export function sceneHost(search: string): FakeHost {
  const name = new URLSearchParams(search).get('scene') ?? 'list';
  const scene = (SCENES[name] ?? SCENES.list)?.() ?? {};
  const host = new FakeHost({ ...READY_STATE, ...scene.app }, scene.rows ?? [], landscape);
  // Runs after the page has subscribed.
  const { then } = scene;
  if (then) setTimeout(() => then(host), 100);
  return host;
}
