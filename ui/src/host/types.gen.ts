// Generated from the Rust types by `make types`; do not edit. The types of everything that the desktop app and its page
// exchange.

export const DIALECTS = ["imgs", "imgshare", "media", "slink", "chevereto"] as const;

/** A dialect, or a ShareX file that describes a target. */
export type TargetKind = (typeof DIALECTS)[number] | "sxcu";

export type AppState = { server: ServerState, keychain: KeychainStatus, copy: CopySettings, 
/**
 * Whether this desktop shows tray icons.
 */
tray: boolean, version: string, 
/**
 * Who can open the links.
 */
reach: Reach, 
/**
 * Uploads are paused.
 */
paused: boolean, watching: WatchPause, targets: Array<TargetView>, 
/**
 * The id of the default target.
 */
usual: string, folders: Array<WatchedFolderView>, };

export type Certificate = { name: string, 
/**
 * SHA-256 in hexadecimal, with colons between the bytes.
 */
fingerprint: string, };

/**
 * What the user has said about all of them.
 */
export type ClipboardPolicy = { dropped: CopyRule, chosen: CopyRule, pasted: CopyRule, folder: CopyRule, editor: CopyRule, };

export type CloseChoice = "quit" | "minimise" | "cancel";

/**
 * Why a command failed; the page selects a message by the code.
 */
export type CommandError = { code: string, message: string, fields?: Record<string, string | number>, };

/**
 * What every picture becomes. One that moves becomes only what can move.
 */
export type ConversionFormat = "webp" | "jpeg" | "png";

export type CopyFormat = "url" | "markdown" | "html" | "bbcode" | "srcset" | "picture" | "template";

/**
 * What the user has said about one way.
 */
export type CopyRule = "always" | "only_if_i_started_it" | "never";

export type CopySelection = "all" | "original" | "size";

export type CopySettings = { what: CopySelection, 
/**
 * The width that `size` copies, in pixels.
 */
size: number, how: CopyFormat, };

/**
 * The number of files, and the zone under the pointer.
 */
export type DragState = { over: boolean, count: number, lanes: Array<DropZone>, lane: number, };

/**
 * A vertical strip of the window. The first one is as wide as all others together.
 */
export type DropZone = { "is": "usual", target: string, } | { "is": "original" } | { "is": "target", name: string, };

export type EditorServerStatus = { open: boolean, port: number | null, 
/**
 * Why it is not running although it should.
 */
reason: string | null, callers: Array<RecentClient>, };

/**
 * Settings of the PicGo server for Markdown editors.
 */
export type EditorSettings = { on: boolean, port: number, origins: Array<string>, 
/**
 * Whether the keychain has a token that editors have to send.
 */
hasToken: boolean, };

/**
 * The link that an editor would receive. `left`: why the test picture could not be deleted.
 */
export type EditorTestResult = { link: string, left: string | null, };

/**
 * Why an upload or a deletion failed.
 */
export type ErrorView = { code: string, fields: Record<string, string | number>, message: string, };

export type FolderStateView = { is: "off" | "paused" | "watching" | "polling" | "away" | "failed", reason: string | null, };

/**
 * A folder in which this platform's programs save screenshots.
 */
export type FolderSuggestion = { index: number, path: string, place: string, pictures: number, };

/**
 * Names one job, for good: a forgotten job's number is never given out again. Later jobs have higher ones.
 */
export type JobId = number;

export type KeychainStatus = "ready" | "waiting" | "missing";

export type LanWarning = { "is": "stranger", network: string, } | { "is": "internet" };

/**
 * A link to a picture; its label is `original` or a width in pixels.
 */
export type Link = { label: string, url: string, };

/**
 * A sample link in one format.
 */
export type LinkExample = { how: CopyFormat, text: string, };

/**
 * What became of what a picture tells about people.
 */
export type MetadataOutcome = "kept" | "none" | "removed" | "unknown";

export type NamePreview = { name: string, };

/**
 * The page selects the message by the code.
 */
export type Notice = { code: string, fields: Record<string, string | number>, };

export type PostUploadChoice = { "is": "keep" } | { "is": "move", to: string, } | { "is": "trash" };

export type Preferences = { courtesy: ClipboardPolicy, html: boolean, template: string, proxy: ProxyChoice, 
/**
 * Read-only: they are added and removed one by one.
 */
certificates: Array<Certificate>, editors: EditorSettings, deleteDelay: number, };

/**
 * How pictures are prepared for a target, or from a folder. The default takes the metadata out and nothing else.
 */
export type Preparation = { 
/**
 * Location, camera, owner, embedded previews: all but the colours and the orientation goes, pixels stay as they are.
 */
strip: boolean, 
/**
 * In pixels; a picture whose longer side is longer is made that size.
 */
longest: number | null, convert: ConversionFormat | null, 
/**
 * 1 to 100, where a picture is written anew as JPEG or WebP.
 */
quality: number | null, 
/**
 * Without one it keeps its name.
 */
name: string | null, };

/**
 * How much of a picture was sent, in bytes.
 */
export type Progress = { id: JobId, sent: number, total: number, };

export type ProxyChoice = { "is": "system" } | { "is": "none" } | { "is": "at", address: string, };

/**
 * A URL and its QR code.
 */
export type QrLink = { url: string, 
/**
 * Row by row, a `1` for each dark module.
 */
squares: Array<string>, 
/**
 * Until when it can be used to sign in.
 */
expiresAt: string | null, };

/**
 * Who can open the links.
 */
export type Reach = { "is": "this_computer" } | { "is": "home_network", 
/**
 * The URL for other devices; none without a network.
 */
address: string | null, 
/**
 * The same with the mDNS name.
 */
name: string | null, warning: LanWarning | null, };

/**
 * Somebody who has asked.
 */
export type RecentClient = { 
/**
 * What it says that it is.
 */
name: string, 
/**
 * RFC 3339, UTC: the last time.
 */
at: string, times: number, refused: boolean, };

export type Row = { id: JobId, name: string, bytes: number, width: number | null, height: number | null, thumbnail: boolean, 
/**
 * RFC 3339.
 */
addedAt: string, 
/**
 * Its links were copied last.
 */
copied: boolean, 
/**
 * The id of its target.
 */
target: string | null, 
/**
 * The id of the watched folder it was found in.
 */
folder: string | null, 
/**
 * The source is a file, which may still exist.
 */
hasFile: boolean, 
/**
 * The alternative text.
 */
alt: string | null, 
/**
 * What happened to personal metadata; none until the picture was processed.
 */
metadata: MetadataOutcome | null, maybeTwice: boolean, 
/**
 * It can be deleted from its server.
 */
deletable: boolean, 
/**
 * When it will be deleted (RFC 3339); until then that can be undone.
 */
deletedAt: string | null, notDeleted: ErrorView | null, state: RowState, };

export type RowState = { "is": "waiting", for: WaitReason, } | { "is": "fetching" } | { "is": "queued" } | { "is": "sending", sent: number, total: number, } | { "is": "done", links: Array<Link>, } | { "is": "already_uploaded", links: Array<Link>, } | { "is": "offline", retryAt: string, code: string, fields: Record<string, string | number>, message: string, } | { "is": "failed", retry: boolean, code: string, fields: Record<string, string | number>, message: string, };

/**
 * The state of the embedded server.
 */
export type ServerState = { "is": "off" } | { "is": "starting" } | { "is": "running", 
/**
 * The address on this computer.
 */
address: string, 
/**
 * The base URL of links, without a slash at the end. Only set for the page.
 */
base: string, port: number, 
/**
 * The port that was in use, if this run had to choose another.
 */
movedFrom: number | null, 
/**
 * The other program that serves the data folder, if the app uses its server.
 */
adopted: string | null, } | { "is": "failed", message: string, };

/**
 * What handles global shortcuts here.
 */
export type ShortcutBackend = "system" | "portal" | "nobody";

export type Shortcuts = { paste: string | null, show: string | null, };

export type SystemIntegration = { startsAtLogin: boolean, shortcuts: Shortcuts, 
/**
 * What handles global shortcuts.
 */
taker: ShortcutBackend, 
/**
 * Why they do not work, if they do not.
 */
keysRefused: string | null, };

/**
 * A target to save.
 */
export type TargetInput = { 
/**
 * None for a new one.
 */
id: string | null, name: string, kind: TargetKind, base: string, prepare: Preparation, };

/**
 * The test image was uploaded. `left`: it could not be deleted, and `message` says why.
 */
export type TargetTestResult = { left: string | null, message: string | null, };

export type TargetView = { id: string, name: string, kind: TargetKind, base: string, here: boolean, hasKey: boolean, canDelete: boolean, prepare: Preparation, };

export type WaitReason = "keychain" | "server" | "file" | "user";

export type WatchMode = "upload" | "ask" | "collect";

/**
 * Whether folder watching is paused, and until when (RFC 3339).
 */
export type WatchPause = { paused: boolean, until: string | null, };

/**
 * The editable settings of a watched folder; the page cannot set its path.
 */
export type WatchedFolderInput = { id: string, on: boolean, mode: WatchMode, target: string | null, prepare: Preparation | null, links: CopySettings | null, patterns: Array<string>, deep: boolean, afterwards: PostUploadChoice, poll: boolean, };

export type WatchedFolderView = { path: string, 
/**
 * The path for display.
 */
place: string, state: FolderStateView, 
/**
 * How many pictures appeared while the app was not running.
 */
missed: number, id: string, on: boolean, mode: WatchMode, target: string | null, prepare: Preparation | null, links: CopySettings | null, patterns: Array<string>, deep: boolean, afterwards: PostUploadChoice, poll: boolean, };
