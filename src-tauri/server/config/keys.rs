//! The configuration keys: one row each, in the order in which `vitrine.toml` explains them.

use super::{Config, Duplicates, Value};

/// One key: its name, what it means, how a value is checked and put, and its default as TOML.
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) words: &'static str,
    pub(super) put: fn(&mut Config, &Value) -> Result<(), String>,
    pub(super) shown: fn(&Config) -> String,
    pub(super) kind: Kind,
}

/// What values a key has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Switch,
    Whole { least: u64, most: u64 },
    Choice(&'static [&'static str]),
    Text,
    List,
}

impl Key {
    pub(super) fn named(name: &str) -> Option<&'static Key> {
        KEYS.iter().find(|key| key.name == name)
    }
}

/// A row: the key's name is the field's name.
macro_rules! key {
    ($field:ident, $words:expr, $kind:expr, $value:ident => $read:expr, $shown:expr) => {
        Key {
            name: stringify!($field),
            words: $words,
            put: |config, $value| {
                config.$field = $read?;
                Ok(())
            },
            shown: |config| $shown(&config.$field),
            kind: $kind,
        }
    };
    ($field:ident, $words:expr, whole $least:expr, $most:expr) => {
        key!($field, $words, Kind::Whole { least: $least, most: $most }, value => value.whole($least, $most), ToString::to_string)
    };
    ($field:ident, $words:expr, switch) => {
        key!($field, $words, Kind::Switch, value => value.switch(), ToString::to_string)
    };
}

/// Bytes: more than any disk that this runs on, and it still fits into TOML's integers.
const MOST_BYTES: u64 = 1 << 50;

pub(super) const KEYS: &[Key] = &[
    key!(
        listen,
        "Where the server accepts connections. 127.0.0.1 is this computer only;\n\
         0.0.0.0 is everybody who can reach it. Port 0 picks a free one.",
        Kind::Text,
        value => value.address(),
        quoted
    ),
    key!(
        public_url,
        "The address that every link starts with, for example \"https://pictures.example\".\n\
         Empty: whatever address the request came to.",
        Kind::Text,
        value => value.base_url(),
        quoted_or_empty
    ),
    key!(
        trusted_proxies,
        "Addresses or networks of reverse proxies in front of this server. Only they are believed\n\
         when they say who the client is (X-Forwarded-For) and which address it used\n\
         (X-Forwarded-Proto, X-Forwarded-Host).",
        Kind::List,
        value => value.networks(),
        list
    ),
    key!(
        max_upload_bytes,
        "The largest upload, in bytes.",
        whole 1, MOST_BYTES
    ),
    key!(
        max_pixels,
        "The largest picture, in pixels (width times height).",
        whole 1, 4_294_967_296
    ),
    key!(
        max_dimension,
        "The largest width and the largest height of a picture, in pixels.",
        whole 1, 65_535
    ),
    key!(
        strip_metadata,
        "Whether uploads through the Slink API lose their EXIF data (place, camera) before they are kept.",
        switch
    ),
    key!(
        allow_url_uploads,
        "Whether the Chevereto API takes an address in a picture's place and fetches the picture from there.",
        switch
    ),
    key!(
        duplicates,
        "What the Chevereto API does with a picture that the account has already: \"allow\" keeps it once more,\n\
         \"reject\" refuses it, \"existing\" answers with the one that is there.",
        Kind::Choice(&["allow", "reject", "existing"]),
        value => value.choice(&Duplicates::ALL),
        quoted
    ),
    key!(
        allow_guest_uploads,
        "Whether people without an account may upload where an API has a place for guests.",
        switch
    ),
    key!(
        allow_unauthenticated_listing,
        "Whether listings may be read without a key where an API leaves that open.",
        switch
    ),
    key!(
        allow_signup,
        "Whether strangers may make an account for themselves.",
        switch
    ),
    key!(
        allow_only_public_images,
        "Whether every upload through the Slink API is public, and its public listing shows all images.",
        switch
    ),
    key!(
        deduplicate,
        "Whether the Slink API refuses an upload of the very bytes that the same account has already.",
        switch
    ),
    key!(
        fetch_allow_hosts,
        "Hosts, or host:port, that an upload by address may be fetched from although they are on a\n\
         private network. All others on private networks are refused.",
        Kind::List,
        value => value.hosts(),
        list
    ),
    key!(
        cache_bytes,
        "How much disk the resized pictures may take together, in bytes. The least recently used go first;\n\
         they are made again when asked for. Originals are never removed.",
        whole 0, MOST_BYTES
    ),
    key!(
        prepare_sizes,
        "Whether the usual sizes of an upload are made in the background, so that its first view is fast.\n\
         Requests always go first. When off, each size is made when it is first asked for.",
        switch
    ),
    key!(
        memory_cache_bytes,
        "How much memory the most asked-for resized pictures may take, in bytes.",
        whole 0, MOST_BYTES
    ),
    key!(
        workers,
        "How many pictures are resized at one time. Not set: one for each processor core.",
        whole 1, 1024
    ),
    key!(
        queue,
        "How many resizes may wait for their turn. Beyond it the answer is 503 with Retry-After.",
        whole 0, 100_000
    ),
    key!(
        render_memory_bytes,
        "How much memory all pictures that are being resized may take together, in bytes. One that needs\n\
         more than this is resized alone.",
        whole 1 << 20, MOST_BYTES
    ),
    key!(
        rate_limit_uploads_per_minute,
        "Uploads with a key, per minute and client address. 0 is no limit; the app's own key has none.",
        whole 0, 1_000_000
    ),
    key!(
        rate_limit_guest_uploads_per_minute,
        "Uploads of guests, per minute and client address. 0 is no limit.",
        whole 0, 1_000_000
    ),
    key!(
        rate_limit_signups_per_minute,
        "Accounts that people make for themselves, per minute and client address. 0 is no limit.",
        whole 0, 1_000_000
    ),
    key!(
        rate_limit_auth_failures_per_minute,
        "Wrong keys or passwords, per minute and client address. 0 is no limit.",
        whole 0, 1_000_000
    ),
    key!(
        upload_idle_seconds,
        "How long an upload may stand still before it is given up, in seconds.",
        whole 1, 3600
    ),
    key!(
        reductions_delay_ms,
        "How long the IMGSHARE API waits after an upload before it makes the reduced sizes, in milliseconds.",
        whole 0, 3_600_000
    ),
    key!(
        imgshare_lifetimes,
        "How long uploads through the IMGSHARE API may last, by their size: BYTES:DAYS, smallest first, with\n\
         :permanent where they may also last for good. What is larger than the last counts as that.",
        Kind::List,
        value => value.lifetimes(),
        list
    ),
    key!(
        contact,
        "Who runs this server: an e-mail or web address. Hosts that pictures are fetched from are told.\n\
         Empty: the server's own address.",
        Kind::Text,
        value => value.contact(),
        quoted_or_empty
    ),
];

fn quoted(item: &impl ToString) -> String {
    format!("\"{}\"", item.to_string())
}

fn quoted_or_empty(item: &Option<String>) -> String {
    quoted(&item.as_deref().unwrap_or_default())
}

fn list(items: &[impl ToString]) -> String {
    let quoted: Vec<String> = items.iter().map(quoted).collect();
    format!("[{}]", quoted.join(", "))
}
