// The dashboard's door, one method a thing to ask for. It knows no address: the host does.
import type { Fields, Host } from '../host/host';
import type * as Says from './schema';

/** How the server refuses: a sentence for people, and a word for programs. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    sentence: string,
    readonly status: number,
    /** Seconds to wait, where the server named them. */
    readonly after: number | null = null,
    /** Which of those with this code, and what its sentence names. */
    readonly reason: string | null = null,
    readonly fields: Fields = {},
  ) {
    super(sentence);
  }
}

export type Orders = 'created' | 'updated' | 'views' | 'name' | 'bytes';
export type Which = {
  /** Words that stand anywhere in what is said of a picture, or a day or month. */
  q: string;
  /** A folder's id, `/` for none; empty for anywhere. */
  folder: string;
  order: Orders;
  direction: 'asc' | 'desc';
};

type Value = boolean | number | string | string[] | null;

/** As the server says it, with what stands in it told apart by its kind. */
export type Setting = Omit<Says.Setting, 'kind' | 'value' | 'default'> & {
  kind: 'switch' | 'number' | 'choice' | 'text' | 'list';
  value: Value;
  default: Value;
};
const HERE = '/api/dashboard';

export class Api {
  /** Called when the server does not know who asks: the session came to its end. */
  signedOut: () => void = () => {};

  constructor(readonly host: Host) {}

  // The session, and one's own account.
  session = () => this.get<Says.Account>('/session');
  signIn = (given: { name: string; password: string } | { link: string }) => this.send<Says.Account>('POST', '/session', given);
  /** What somebody who is signed out may do. */
  door = () => this.get<Says.FrontDoor>('/door');
  signUp = (given: { name: string; password: string }) => this.send<Says.Account>('POST', '/sign-up', given);
  acceptInvite = (given: { code: string; name: string; password: string }) => this.send<Says.Account>('POST', '/invites/accept', given);
  signOut = () => this.send<void>('DELETE', '/session');
  editAccount = (changes: Says.EditAccount) => this.send<Says.Account>('PATCH', '/account', changes);
  rotateSigning = () => this.send<void>('POST', '/account/signing');
  endOldSignatures = () => this.send<void>('DELETE', '/account/signing');

  // Images.
  images = (which: Which, page: number, pageSize: number, signal?: AbortSignal) =>
    this.get<Says.Page>(`/images?${asked({ ...which, zone: zone(), page, pageSize, counted: 'false' })}`, signal);
  /** How many there are, in whatever order. */
  count = async ({ q, folder }: Which) => (await this.get<Says.Page>(`/images?${asked({ q, folder, zone: zone(), pageSize: 1 })}`)).total ?? 0;
  /** How many there are of each day of this clock, newest first. */
  days = ({ q, folder }: Which) => this.get<Says.Days>(`/images/days?${asked({ q, folder, zone: zone() })}`);
  image = (id: string) => this.get<Says.Image>(`/images/${id}`);
  editImage = (id: string, changes: Says.Changes) => this.send<Says.Image>('PATCH', `/images/${id}`, changes);
  /** All of them, or none; up to a thousand. */
  changeImages = (selection: Says.Selection, last = false) => this.send<Says.Selected>('POST', '/images/bulk', selection, last);

  // Folders.
  folders = () => this.get<Says.Folder[]>('/folders');
  addFolder = (path: string) => this.send<Says.Folder>('POST', '/folders', { path } satisfies Says.NewFolder);
  editFolder = (id: string, changes: Says.EditFolder) => this.send<Says.Folder>('PATCH', `/folders/${id}`, changes);
  deleteFolder = (id: string) => this.send<void>('DELETE', `/folders/${id}`);

  // Keys and presets.
  keys = () => this.get<Says.Key[]>('/keys');
  createKey = (key: Says.NewKey) => this.send<Says.Key>('POST', '/keys', key);
  revokeKey = (id: string) => this.send<void>('DELETE', `/keys/${id}`);
  presets = () => this.get<Says.Preset[]>('/presets');
  addPreset = (preset: Says.NewPreset) => this.send<Says.Preset>('POST', '/presets', preset);
  deletePreset = (id: string) => this.send<void>('DELETE', `/presets/${id}`);

  // For administrators.
  accounts = () => this.get<Says.Account[]>('/accounts');
  addAccount = (account: Says.NewAccount) => this.send<Says.Account>('POST', '/accounts', account);
  setPassword = (name: string, password: string) =>
    this.send<void>('PUT', `/accounts/${encodeURIComponent(name)}/password`, { password } satisfies Says.Password);
  removeAccount = (name: string, withImages: boolean) =>
    this.send<void>('DELETE', `/accounts/${encodeURIComponent(name)}${withImages ? '?withImages=1' : ''}`);

  usage = () => this.get<Says.Usage>('/usage');
  invites = () => this.get<Says.Invite[]>('/invites');
  invite = (days: number, admin: boolean) => this.send<Says.Invite>('POST', '/invites', { days, admin });
  revokeInvite = (id: string) => this.send<void>('DELETE', `/invites/${id}`);
  settings = () => this.get<Setting[]>('/settings');
  changeSetting = (key: string, value: Setting['value'] | null) => this.send<Setting[]>('PATCH', '/settings', { [key]: value });
  log = () => this.get<Says.Request[]>('/log');

  private get<T>(path: string, signal?: AbortSignal): Promise<T> {
    return this.answer<T>(path, signal ? { signal } : {});
  }

  /** `last`: it is sent even though the page is being left. */
  private send<T>(method: string, path: string, body?: unknown, last = false): Promise<T> {
    const written = body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
    return this.answer<T>(path, { method, ...written, ...(last ? { keepalive: true } : {}) });
  }

  private async answer<T>(path: string, init: RequestInit): Promise<T> {
    let response: Response;
    try {
      response = await this.host.fetch(HERE + path, init);
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') throw error;
      throw new Refusal('unreachable', '', 0);
    }
    return this.read<T>(response);
  }

  /** What the answer holds. */
  async read<T>(response: Response): Promise<T> {
    if (response.ok) return response.status === 204 ? (undefined as T) : ((await response.json()) as T);
    const refusal = await refusalIn(response);
    if (refusal.code === 'signed_out') this.signedOut();
    throw refusal;
  }
}

/** Whatever stands between us and the server may answer as well, and not in its language. */
async function refusalIn(response: Response): Promise<Refusal> {
  const after = Number(response.headers.get('Retry-After')) || null;
  const said: Partial<Says.Refused> = await response.json().catch(() => ({}));
  return new Refusal(said.code ?? 'unexpected', said.error ?? '', response.status, after, said.reason ?? null, (said.fields ?? {}) as Fields);
}

/** Where this clock hangs, as days begin there. */
function zone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function asked(query: Record<string, string | number>): string {
  const given = Object.entries(query).filter(([, value]) => value !== '');
  return new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
}
