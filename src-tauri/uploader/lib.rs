//! The uploader: a persistent upload queue for image servers.
//!
//! Two ways in: [`send_picture`] sends one picture and waits for its links (the command line), and [`Uploader`] keeps a queue
//! on disk that survives anything (the app). Nothing here knows the server's or the library's types: they meet on the
//! wire. No environment, no settings file: whoever calls says what is wanted.

pub mod clipboard_policy;
mod clock;
mod digest;
mod failure;
mod fetch;
mod http;
mod ids;
pub mod links;
pub mod picgo_server;
pub mod prepare;
mod queue;
mod secrets;
mod settings;
mod target;
pub mod targets;
mod temp_file;
mod uploader;
pub mod watch;
mod worker;

pub use clock::{Clock, SystemClock};
pub use failure::Failure;
pub use http::client::{HttpClients, send_picture};
pub use http::local_proxy::ProxyRequest;
pub use http::network::{Network, Proxy};
pub use ids::{Ids, RandomIds};
pub use links::upload_result::UploadResult;
pub use prepare::Preparation;
pub use queue::backoff::Backoff;
pub use queue::job::{
    BatchId, Event, Job, JobId, JobState, SentPicture, UploadOptions, WaitReason,
};
pub use queue::picture::Picture;
pub use queue::source::Source;
pub use safe_fetch::fingerprint;
pub use secrets::{Secrets, SecretsError};
pub use settings::Settings;
pub use target::{Dialect, Target};
pub use targets::self_test::TestResult;
pub use uploader::Uploader;

/// By which name we go on the web.
const USER_AGENT: &str = concat!("vitrine/", env!("CARGO_PKG_VERSION"));
