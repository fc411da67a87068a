//! Sends pictures to a server, and remembers what it still has to send.
//!
//! Two ways in: [`send()`] sends one picture and waits for its links (the command line), and [`Uploader`] keeps a queue
//! on disk that survives anything (the app). Nothing here knows the server's or the library's types: they meet on the
//! wire. No environment, no settings file: whoever calls says what is wanted.

mod body;
mod clock;
pub mod courtesy;
mod digest;
pub mod editors;
mod failure;
mod fetch;
mod ids;
mod intake;
pub mod links;
mod network;
mod pass;
mod picture;
mod places;
pub mod prepare;
mod pulse;
mod queue;
mod rest;
mod retry;
mod secrets;
mod send;
mod target;
pub mod targets;
mod trial;
mod uploaded;
mod uploader;
pub mod watch;
mod worker;

pub use clock::{Clock, SystemClock};
pub use failure::Failure;
pub use ids::{Ids, RandomIds};
pub use network::{Network, Proxy};
pub use pass::Question;
pub use picture::Picture;
pub use prepare::Preparation;
pub use queue::{BatchId, Event, Job, JobId, JobState, Sent, WaitsFor, Wishes};
pub use retry::Backoff;
pub use secrets::{Secrets, SecretsError};
pub use send::{Connections, send};
pub use target::{Kind, Target};
pub use trial::Tested;
pub use uploaded::Uploaded;
pub use uploader::{Settings, Source, Uploader};
pub use web::fingerprint;

/// By which name we go on the web.
const USER_AGENT: &str = concat!("vitrine/", env!("CARGO_PKG_VERSION"));
