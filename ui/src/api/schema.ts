// What the dashboard's door takes and answers. Written by types-of.ts from docs/openapi.json.

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

export type Page = {
  items: (Image)[];
  page: number;
  pageSize: number;
  total: number;
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
};

export type Replacement = {
  file: Blob;
};

/** What somebody signs in with. */
export type SignIn = {
  /** The account's name, or its e-mail address. */
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
