//! The keys of all targets, and the system's keychain that keeps them. The one of this computer's server is made by the
//! library at first start, the others are the user's; no file, no log and no page ever sees any of them.
//!
//! Every call here may wait on a prompt for as long as the user likes, so none is on the way to the
//! window: jobs wait, and are woken when the key is there.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use library::{Actor, Library};
use serde::Serialize;
use tokio::sync::Notify;
use uploader::{Secrets, SecretsError};

use crate::i18n::word;
use crate::secrets::secret_service_lock;
use crate::secrets::secret_service_lock::Lock;

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
    /// Those of other targets that have been asked for or given in this run: a keychain is slow.
    others: Mutex<HashMap<String, Option<String>>>,
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
            others: Mutex::default(),
            wanted: Notify::new(),
        }
    }

    /// Finds the key or makes one, and returns only when there is one: `Ready` or `Missing`.
    pub async fn settle(self: &Arc<Self>, library: &Library) -> Result<Standing, library::Error> {
        loop {
            // Who unlocks it elsewhere need not answer our prompt as well.
            let opened = tokio::select! {
                lock = apart(secret_service_lock::unlock) => lock.is_none_or(|lock| lock != Lock::Locked),
                () = secret_service_lock::unlocked() => true,
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
                () = secret_service_lock::unlocked() => {}
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

    /// The key of this computer's server, once it is there.
    pub fn own(&self) -> Option<String> {
        self.held().as_ref().map(|held| held.secret.clone())
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
    match secret_service_lock::lock() {
        Lock::Locked => true,
        Lock::Open | Lock::Absent => false,
        Lock::Unknown => matches!(error, keyring::Error::NoStorageAccess(_)),
    }
}

/// The user's own keys. Every call may wait for the keychain, so none is for the runtime's threads.
impl Keychain {
    /// Keeps a key for a target; without a keychain for this run only. The error is a sentence.
    pub fn put(&self, target: &str, secret: &str) -> Result<(), String> {
        match self
            .entry(target)
            .and_then(|entry| entry.set_password(secret))
        {
            Ok(()) => {}
            Err(error) if locked(&error) => {
                return Err(word("keychain.locked").to_owned());
            }
            Err(error) => {
                tracing::warn!(%error, "no keychain: a key is kept for this run only");
            }
        }
        self.others()
            .insert(target.to_owned(), Some(secret.to_owned()));
        Ok(())
    }

    /// Forgets a target's key. One that cannot be taken out of the keychain opens nothing here any more.
    pub fn remove(&self, target: &str) {
        self.others().insert(target.to_owned(), None);
        let removed = self
            .entry(target)
            .and_then(|entry| entry.delete_credential());
        match removed {
            Ok(()) | Err(keyring::Error::NoEntry) => {}
            Err(error) => tracing::warn!(%error, "a key could not be taken out of the keychain"),
        }
    }

    fn entry(&self, target: &str) -> keyring::Result<keyring::Entry> {
        keyring::Entry::new(&self.service, target)
    }

    fn others(&self) -> MutexGuard<'_, HashMap<String, Option<String>>> {
        self.others.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Secrets for Keychain {
    fn get(&self, target: &str) -> Result<Option<String>, SecretsError> {
        if target == self.target {
            return match self.held().as_ref() {
                Some(held) => Ok(Some(held.secret.clone())),
                None => Err(SecretsError::Waiting),
            };
        }
        if let Some(known) = self.others().get(target) {
            return Ok(known.clone());
        }
        let found = match self.entry(target).and_then(|entry| entry.get_password()) {
            Ok(secret) => Some(secret),
            Err(keyring::Error::NoEntry) => None,
            Err(error) if locked(&error) => return Err(SecretsError::Waiting),
            Err(error) => return Err(SecretsError::Unavailable(error.to_string())),
        };
        self.others().insert(target.to_owned(), found.clone());
        Ok(found)
    }
}
