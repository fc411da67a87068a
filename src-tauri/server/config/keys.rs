//! The configuration keys: one row each, in the order of `vitrine.toml`.

use super::{Config, DuplicatePolicy, RawValue};

/// One key: its name, what it means, how a value is checked and put, and its default as TOML.
pub(super) struct ConfigKey {
    pub(super) name: &'static str,
    pub(super) description: &'static str,
    pub(super) set: fn(&mut Config, &RawValue) -> Result<(), String>,
    pub(super) format: fn(&Config) -> String,
    pub(super) value_kind: ValueKind,
}

/// What values a key has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    Bool,
    Integer { min: u64, max: u64 },
    Choice(&'static [&'static str]),
    Text,
    List,
}

impl ConfigKey {
    pub(super) fn find(name: &str) -> Option<&'static ConfigKey> {
        KEYS.iter().find(|key| key.name == name)
    }
}

/// The key that a mistyped name was probably meant to be.
pub(super) fn nearest_key(name: &str) -> Option<&'static str> {
    KEYS.iter()
        .map(|key| (strsim::jaro_winkler(name, key.name), key.name))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, key)| key)
}

/// A row: the key's name is the field's name.
macro_rules! key {
    ($field:ident, $description:expr, $value_kind:expr, $value:ident => $read:expr, $format:expr) => {
        ConfigKey {
            name: stringify!($field),
            description: $description,
            set: |config, $value| {
                config.$field = $read?;
                Ok(())
            },
            format: |config| $format(&config.$field),
            value_kind: $value_kind,
        }
    };
    ($field:ident, $description:expr, whole $least:expr, $most:expr) => {
        key!($field, $description, ValueKind::Integer { min: $least, max: $most }, value => value.integer($least, $most), ToString::to_string)
    };
    ($field:ident, $description:expr, switch) => {
        key!($field, $description, ValueKind::Bool, value => value.boolean(), ToString::to_string)
    };
}

/// Bytes: more than any disk that this runs on, and it still fits into TOML's integers.
const MAX_BYTES: u64 = 1 << 50;

pub(super) const KEYS: &[ConfigKey] = &[
    key!(
        listen,
        "Where the server accepts connections. 127.0.0.1 is this computer only;\n\
         0.0.0.0 is everybody who can reach it. Port 0 picks a free one.",
        ValueKind::Text,
        value => value.socket_address(),
        quote
    ),
    key!(
        public_url,
        "The address that every link starts with, for example \"https://pictures.example\".\n\
         Empty: whatever address the request came to.",
        ValueKind::Text,
        value => value.base_url(),
        quote_or_empty
    ),
    key!(
        trusted_proxies,
        "Addresses or networks of reverse proxies in front of this server. Only they are believed\n\
         when they say who the client is (X-Forwarded-For) and which address it used\n\
         (X-Forwarded-Proto, X-Forwarded-Host).",
        ValueKind::List,
        value => value.networks(),
        format_list
    ),
    key!(
        max_upload_bytes,
        "The largest upload, in bytes.",
        whole 1, MAX_BYTES
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
        ValueKind::Choice(&["allow", "reject", "existing"]),
        value => value.choice(&DuplicatePolicy::NAMES),
        quote
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
        ValueKind::List,
        value => value.hosts(),
        format_list
    ),
    key!(
        cache_bytes,
        "How much disk the resized pictures may take together, in bytes. The least recently used go first;\n\
         they are made again when asked for. Originals are never removed.",
        whole 0, MAX_BYTES
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
        whole 0, MAX_BYTES
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
        whole 1 << 20, MAX_BYTES
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
        ValueKind::List,
        value => value.retention_tiers(),
        format_list
    ),
    key!(
        contact,
        "Who runs this server: an e-mail or web address. Hosts that pictures are fetched from are told.\n\
         Empty: the server's own address.",
        ValueKind::Text,
        value => value.contact(),
        quote_or_empty
    ),
];

fn quote(item: &impl ToString) -> String {
    format!("\"{}\"", item.to_string())
}

fn quote_or_empty(item: &Option<String>) -> String {
    quote(&item.as_deref().unwrap_or_default())
}

fn format_list(items: &[impl ToString]) -> String {
    let quoted: Vec<String> = items.iter().map(quote).collect();
    format!("[{}]", quoted.join(", "))
}
