// Client of the dashboard API, one method per endpoint. The host resolves the address.
import type { Fields, Host } from '../host/host';
import type * as Schema from './schema';

/** An error response of the API: a message for people, a code for programs. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    sentence: string,
    readonly status: number,
    /** `Retry-After` in seconds, if the server sent it. */
    readonly retryAfter: number | null = null,
    /** Which of the errors with this code it is; `fields` are the values in its message. */
    readonly reason: string | null = null,
    readonly fields: Fields = {},
  ) {
    super(sentence);
  }
}

export type SortKey = 'created' | 'updated' | 'views' | 'name' | 'bytes';
export type ImageQuery = {
  /** Search terms, matched against the metadata of an image and its day or month. */
  q: string;
  /** A folder's id, `/` for images in no folder, empty for all images. */
  folder: string;
  order: SortKey;
  direction: 'asc' | 'desc';
};

type Value = boolean | number | string | string[] | null;

/** A setting as the server sends it, with its value typed by its kind. */
export type Setting = Omit<Schema.Setting, 'kind' | 'value' | 'default'> & {
  kind: 'switch' | 'number' | 'choice' | 'text' | 'list';
  value: Value;
  default: Value;
};
const API_BASE = '/api/dashboard';

export class Api {
  /** Called when the server says that the session has ended. */
  onSignedOut: () => void = () => {};

  constructor(readonly host: Host) {}

  // The session and the user's own account.
  session = () => this.get<Schema.Account>('/session');
  signIn = (credentials: { name: string; password: string } | { link: string }) => this.send<Schema.Account>('POST', '/session', credentials);
  /** What a signed-out user may do. */
  frontDoor = () => this.get<Schema.FrontDoor>('/door');
  signUp = (credentials: { name: string; password: string }) => this.send<Schema.Account>('POST', '/sign-up', credentials);
  acceptInvite = (credentials: { code: string; name: string; password: string }) => this.send<Schema.Account>('POST', '/invites/accept', credentials);
  signOut = () => this.send<void>('DELETE', '/session');
  editAccount = (changes: Schema.EditAccount) => this.send<Schema.Account>('PATCH', '/account', changes);
  rotateSigning = () => this.send<void>('POST', '/account/signing');
  endOldSignatures = () => this.send<void>('DELETE', '/account/signing');

  // Images.
  images = (query: ImageQuery, page: number, pageSize: number, signal?: AbortSignal) =>
    this.get<Schema.Page>(`/images?${queryString({ ...query, zone: timeZone(), page, pageSize, counted: 'false' })}`, signal);
  /** The number of matches. */
  count = async ({ q, folder }: ImageQuery) => (await this.get<Schema.Page>(`/images?${queryString({ q, folder, zone: timeZone(), pageSize: 1 })}`)).total ?? 0;
  /** The number of images per day in the local time zone, newest first. */
  days = ({ q, folder }: ImageQuery) => this.get<Schema.Days>(`/images/days?${queryString({ q, folder, zone: timeZone() })}`);
  image = (id: string) => this.get<Schema.Image>(`/images/${id}`);
  editImage = (id: string, changes: Schema.Changes) => this.send<Schema.Image>('PATCH', `/images/${id}`, changes);
  /** Changes all of them or none; up to 1,000 at a time. */
  changeImages = (selection: Schema.Selection, keepalive = false) => this.send<Schema.Selected>('POST', '/images/bulk', selection, keepalive);

  // Folders.
  folders = () => this.get<Schema.Folder[]>('/folders');
  addFolder = (path: string) => this.send<Schema.Folder>('POST', '/folders', { path } satisfies Schema.NewFolder);
  editFolder = (id: string, changes: Schema.EditFolder) => this.send<Schema.Folder>('PATCH', `/folders/${id}`, changes);
  deleteFolder = (id: string) => this.send<void>('DELETE', `/folders/${id}`);

  // Keys and presets.
  keys = () => this.get<Schema.Key[]>('/keys');
  createKey = (key: Schema.NewKey) => this.send<Schema.Key>('POST', '/keys', key);
  revokeKey = (id: string) => this.send<void>('DELETE', `/keys/${id}`);
  presets = () => this.get<Schema.Preset[]>('/presets');
  addPreset = (preset: Schema.NewPreset) => this.send<Schema.Preset>('POST', '/presets', preset);
  deletePreset = (id: string) => this.send<void>('DELETE', `/presets/${id}`);

  // For administrators only.
  accounts = () => this.get<Schema.Account[]>('/accounts');
  addAccount = (account: Schema.NewAccount) => this.send<Schema.Account>('POST', '/accounts', account);
  setPassword = (name: string, password: string) =>
    this.send<void>('PUT', `/accounts/${encodeURIComponent(name)}/password`, { password } satisfies Schema.Password);
  removeAccount = (name: string, withImages: boolean) =>
    this.send<void>('DELETE', `/accounts/${encodeURIComponent(name)}${withImages ? '?withImages=1' : ''}`);

  usage = () => this.get<Schema.Usage>('/usage');
  invites = () => this.get<Schema.Invite[]>('/invites');
  invite = (days: number, admin: boolean) => this.send<Schema.Invite>('POST', '/invites', { days, admin });
  revokeInvite = (id: string) => this.send<void>('DELETE', `/invites/${id}`);
  settings = () => this.get<Setting[]>('/settings');
  changeSetting = (key: string, value: Setting['value'] | null) => this.send<Setting[]>('PATCH', '/settings', { [key]: value });
  log = () => this.get<Schema.Request[]>('/log');

  private get<T>(path: string, signal?: AbortSignal): Promise<T> {
    return this.request<T>(path, signal ? { signal } : {});
  }

  /** `keepalive`: the request outlives the page. */
  private send<T>(method: string, path: string, body?: unknown, keepalive = false): Promise<T> {
    const bodyInit = body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
    return this.request<T>(path, { method, ...bodyInit, ...(keepalive ? { keepalive: true } : {}) });
  }

  private async request<T>(path: string, init: RequestInit): Promise<T> {
    let response: Response;
    try {
      response = await this.host.fetch(API_BASE + path, init);
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') throw error;
      throw new ApiError('unreachable', '', 0);
    }
    return this.parseResponse<T>(response);
  }

  /** Parses the body of a response, or throws an `ApiError`. @throws {ApiError} */
  async parseResponse<T>(response: Response): Promise<T> {
    if (response.ok) return response.status === 204 ? (undefined as T) : ((await response.json()) as T);
    const apiError = await readError(response);
    if (apiError.code === 'signed_out') this.onSignedOut();
    throw apiError;
  }
}

/** A proxy between the page and the server may respond with something that is not JSON. */
async function readError(response: Response): Promise<ApiError> {
  const retryAfter = Number(response.headers.get('Retry-After')) || null;
  const body: Partial<Schema.Refused> = await response.json().catch(() => ({}));
  return new ApiError(body.code ?? 'unexpected', body.error ?? '', response.status, retryAfter, body.reason ?? null, (body.fields ?? {}) as Fields);
}

/** The local time zone, which decides where a day begins. */
function timeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function queryString(query: Record<string, string | number>): string {
  const credentials = Object.entries(query).filter(([, value]) => value !== '');
  return new URLSearchParams(credentials.map(([name, value]) => [name, String(value)])).toString();
}
