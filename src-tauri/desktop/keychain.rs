//! The key with which the app uploads to its own server, and the system's keychain that keeps it.
//! The key is made by the library at first start; no file, no log and no page ever sees it.
//!
//! Every call here may wait on a prompt for as long as the user likes, so none is on the way to the
//! window: jobs wait, and are woken when the key is there.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use library::{Actor, Library};
use serde::Serialize;
use tokio::sync::Notify;
use uploader::{Secrets, SecretsError};

use crate::keychain_lock::{self, Lock};

/// What the page is told about the keychain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    Ready,
    /// It is locked, or hasn't answered yet.
    Waiting,
    /// There is none: the key lives for this run only.
    Missing,
}

pub struct Keychain {
    /// The name under which the system shows the entry: the app's identifier.
    service: String,
    /// The target whose key this is.
    target: String,
    key: Mutex<Option<Held>>,
    /// Told when the user does something that needs the key: a dismissed prompt is shown again.
    wanted: Notify,
}

struct Held {
    secret: String,
    kept: bool,
}

impl Keychain {
    pub fn new(service: String, target: String) -> Keychain {
        Keychain {
            service,
            target,
            key: Mutex::new(None),
            wanted: Notify::new(),
        }
    }

    /// Finds the key or makes one, and returns only when there is one: `Ready` or `Missing`.
    pub async fn settle(self: &Arc<Self>, library: &Library) -> Result<Standing, library::Error> {
        loop {
            // Who unlocks it elsewhere need not answer our prompt as well.
            let opened = tokio::select! {
                lock = apart(keychain_lock::unlock) => lock.is_none_or(|lock| lock != Lock::Locked),
                () = keychain_lock::unlocked() => true,
            };
            if opened {
                let (keychain, library) = (Arc::clone(self), library.clone());
                match apart(move || keychain.obtain(&library)).await {
                    Some(Ok(Standing::Waiting)) | None => {}
                    Some(settled) => return settled,
                }
            }
            tracing::info!("the keychain is locked: uploads wait for it");
            tokio::select! {
                () = keychain_lock::unlocked() => {}
                () = self.wanted.notified() => {}
            }
        }
    }

    /// The user did something that needs the key.
    pub fn want(&self) {
        // No permit is stored: a prompt that is on the screen already is not asked for twice.
        self.wanted.notify_waiters();
    }

    /// Whether the key lives for this run only, and is to be revoked at its end.
    pub fn for_this_run_only(&self) -> bool {
        self.held().as_ref().is_some_and(|held| !held.kept)
    }

    fn obtain(&self, library: &Library) -> Result<Standing, library::Error> {
        let entry = match keyring::Entry::new(&self.service, &self.target) {
            Ok(entry) => entry,
            Err(error) => return self.run_without(library, &error),
        };
        match entry.get_password() {
            Ok(secret) if is_ours(library, &secret)? => {
                self.hold(Held { secret, kept: true });
                return Ok(Standing::Ready);
            }
            // Revoked, or another folder's: a new one takes its place.
            Ok(_) | Err(keyring::Error::NoEntry) => {}
            Err(error) if locked(&error) => return Ok(Standing::Waiting),
            Err(error) => return self.run_without(library, &error),
        }
        let (_, secret) = library.renew_app_key()?;
        match entry.set_password(secret.expose()) {
            Ok(()) => {
                tracing::info!("a new key for this computer's server is in the keychain");
                self.hold(Held {
                    secret: secret.expose().to_owned(),
                    kept: true,
                });
                Ok(Standing::Ready)
            }
            Err(error) if locked(&error) => Ok(Standing::Waiting),
            Err(error) => self.run_without(library, &error),
        }
    }

    fn run_without(
        &self,
        library: &Library,
        error: &keyring::Error,
    ) -> Result<Standing, library::Error> {
        tracing::warn!(%error, "no keychain: the key lives for this run only");
        let (_, secret) = library.renew_app_key()?;
        self.hold(Held {
            secret: secret.expose().to_owned(),
            kept: false,
        });
        Ok(Standing::Missing)
    }

    fn hold(&self, held: Held) {
        *self.held() = Some(held);
    }

    fn held(&self) -> MutexGuard<'_, Option<Held>> {
        self.key.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Does what may block, on a thread of its own; `None` if that failed.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.inspect_err(|error| tracing::error!(%error, "the keychain's thread failed"))
        .ok()
}

/// Whether the server would take this secret for the app's own.
fn is_ours(library: &Library, secret: &str) -> Result<bool, library::Error> {
    let actor = library.actor_for_secret(secret)?;
    Ok(matches!(actor, Some(Actor::Key { app: true, .. })))
}

/// The Secret Service words a locked collection in more than one way, so it is asked again.
fn locked(error: &keyring::Error) -> bool {
    match keychain_lock::lock() {
        Lock::Locked => true,
        Lock::Open | Lock::Absent => false,
        Lock::Unknown => matches!(error, keyring::Error::NoStorageAccess(_)),
    }
}

impl Secrets for Keychain {
    fn get(&self, target: &str) -> Result<Option<String>, SecretsError> {
        if target != self.target {
            return Ok(None);
        }
        match self.held().as_ref() {
            Some(held) => Ok(Some(held.secret.clone())),
            None => Err(SecretsError::Waiting),
        }
    }
}
