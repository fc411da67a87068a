// What the dashboard's door takes and answers. Written by types-of.ts from docs/openapi.json.

export type AcceptInvite = {
  code: string;
  name: string;
  password: string;
};

/** An account, as it is shown to whom it belongs, and to administrators. */
export type Account = {
  admin: boolean;
  createdAt: string;
  displayName: string;
  email?: string | null;
  hasPassword: boolean;
  id: string;
  name: string;
};

/** The sizes that were made. */
export type Cache = {
  bytes: number;
  most: number;
};

/** What is to become different; what is missing stays. */
export type Changes = {
  description?: string | null;
  /** RFC 3339; `null` is never. */
  expiresAt?: string | null;
  /** The folder's id; `null` is the root. */
  folder?: string | null;
  name?: string | null;
  nsfw?: boolean | null;
  public?: boolean | null;
  tags?: (string)[] | null;
  title?: string | null;
};

export type CheveretoLinks = {
  url: string;
  viewer: string;
};

export type Day = {
  /** As in `2026-02-14`. */
  day: string;
  images: number;
};

export type Days = {
  /** The newest first; those without pictures are missing. */
  days: (Day)[];
  total: number;
};

/** What is to become different; what is missing stays. */
export type EditAccount = {
  displayName?: string | null;
  oldPassword?: string | null;
  /** Needs `old_password`, unless there is none yet. */
  password?: string | null;
};

/** What is to become different; what is missing stays. */
export type EditFolder = {
  name?: string | null;
  /** The folder it is put into; `null` is the root. */
  parent?: string | null;
};

export type Folder = {
  createdAt: string;
  id: string;
  /** Not counting those in folders within. */
  images: number;
  name: string;
  parent?: string | null;
  path: string;
};

/** What somebody finds who is not signed in. */
export type FrontDoor = {
  /** Whether strangers may make an account. */
  signUp: boolean;
};

export type Image = {
  animated: boolean;
  bytes: number;
  createdAt: string;
  description: string;
  /** Through which door it came. */
  door: string;
  expiresAt?: string | null;
  /** The folder's id; `null` at the root. */
  folder?: string | null;
  folderPath: string;
  format: string;
  height: number;
  id: string;
  links: Links;
  mediaType: string;
  name: string;
  nsfw: boolean;
  /** The owner's name; `null` for a guest's. */
  owner?: string | null;
  public: boolean;
  replacedAt?: string | null;
  tags: (string)[];
  /** For who is signed in only. */
  thumbnail: string;
  title: string;
  updatedAt?: string | null;
  views: number;
  width: number;
};

export type ImgsLinks = {
  original: string;
  sizes: Record<string, string>;
  url: string;
};

export type Invite = {
  admin: boolean;
  /** Only in the answer that makes it, and never again. */
  code?: string | null;
  createdAt: string;
  expiresAt: string;
  id: string;
};

export type Key = {
  /** The desktop app's own. */
  app: boolean;
  createdAt: string;
  expiresAt?: string | null;
  id: string;
  lastUsedAt?: string | null;
  name: string;
  /** As in `upload,delete`. */
  scopes: string;
  /** Only in the answer that makes it, and never again. */
  secret?: string | null;
};

export type Links = {
  chevereto: CheveretoLinks;
  imgs: ImgsLinks;
  /** Missing where IMGSHARE does not know the format. */
  imgshare?: Record<string, string> | null;
  media?: MediaLinks | null;
  slink: SlinkLinks;
};

export type MediaLinks = {
  deliveryBase: string;
  thumbnail: string;
  /** Signed: full size, as WebP. */
  url: string;
};

export type NewAccount = {
  admin?: boolean;
  email?: string | null;
  name: string;
  password?: string | null;
};

export type NewFolder = {
  /** Names between slashes; those that are missing are made. */
  path: string;
};

export type NewInvite = {
  /** Whether the account will be an administrator's. */
  admin?: boolean;
  /** 1 to 90; a week, where it is missing. */
  days?: number | null;
};

export type NewKey = {
  /** Seconds from now on; for good, where it is missing. */
  expiresIn?: number | null;
  name?: string;
  /** As in `upload,delete`; all, where it is missing. */
  scopes?: string | null;
};

export type NewPreset = {
  name: string;
  params: string;
};

export type Originals = {
  bytes: number;
  images: number;
};

export type Page = {
  items: (Image)[];
  page: number;
  pageSize: number;
  /** Missing where it was not to be counted. */
  total?: number | null;
};

export type Password = {
  password: string;
};

export type Preset = {
  createdAt: string;
  id: string;
  name: string;
  params: string;
};

/** A refusal: a sentence for people, and a word for programs. */
export type Refused = {
  code: string;
  error: string;
  /** What the sentence names. */
  fields?: Record<string, unknown>;
  /** Which of those that have this code, where there are several. */
  reason?: string | null;
};

export type Replacement = {
  file: Blob;
};

export type Request = {
  at: string;
  client: string;
  method: string;
  ms: number;
  /** As in `/{id}/{width}`; `null` where nothing is. */
  route?: string | null;
  status: number;
};

export type Selected = {
  done: number;
  /** Those that are not there any more. */
  gone: (string)[];
};

export type Selection = {
  do: SelectionDo;
  /** With `move`: the folder's id; `null` is the root. */
  folder?: string | null;
  /** At most 1000. */
  ids: (string)[];
};

export type SelectionDo = 'delete' | 'move' | 'publish' | 'hide';

export type Setting = {
  choices?: (string)[] | null;
  default: unknown;
  /** What the program was started with; then it does not change here. */
  fixedBy?: string | null;
  key: string;
  /** `switch`, `number`, `choice` or `text`. */
  kind: string;
  least?: number | null;
  most?: number | null;
  value: unknown;
  words: string;
};

/** What somebody signs in with: a name and a password, or a link's token. */
export type SignIn = {
  /** Good once, within ten minutes. */
  link?: string | null;
  /** The account's name, or its e-mail address. */
  name?: string | null;
  password?: string | null;
};

/** What signs in once. It goes after the `#` of an address, so that it reaches no log. */
export type SignInLink = {
  expiresAt: string;
  token: string;
};

export type SignUp = {
  email?: string | null;
  name: string;
  password: string;
};

export type SlinkLinks = {
  thumbnail: string;
  url: string;
};

export type Upload = {
  description?: string | null;
  file: Blob;
  /** A path as in `a/b/c`; folders that are missing are made. */
  folder?: string | null;
  /** `1`, `true`, `yes` or `on`. */
  public?: string | null;
  title?: string | null;
};

/** An administrator sees everybody's, others their own alone. */
export type Usage = {
  accounts: (UsageOfAccount)[];
  cache?: Cache | null;
  /** Bytes that the disk still takes. */
  free?: number | null;
  guests?: Originals | null;
};

export type UsageOfAccount = {
  bytes: number;
  images: number;
  name: string;
};
