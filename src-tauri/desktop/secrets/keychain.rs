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

use crate::i18n::t;
use crate::secrets::secret_service_lock;
use crate::secrets::secret_service_lock::LockState;

/// What the page is told about the keychain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum KeychainStatus {
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
    local_target_id: String,
    app_key: Mutex<Option<AppKey>>,
    /// Those of other targets that have been asked for or given in this run: a keychain is slow.
    target_keys: Mutex<HashMap<String, Option<String>>>,
    /// Told when the user does something that needs the key: a dismissed prompt is shown again.
    unlock_requested: Notify,
}

struct AppKey {
    secret: String,
    is_persistent: bool,
}

impl Keychain {
    pub fn new(service: String, target: String) -> Keychain {
        Keychain {
            service,
            local_target_id: target,
            app_key: Mutex::new(None),
            target_keys: Mutex::default(),
            unlock_requested: Notify::new(),
        }
    }

    /// Finds the key or makes one, and returns only when there is one: `Ready` or `Missing`.
    pub async fn load_app_key(
        self: &Arc<Self>,
        library: &Library,
    ) -> Result<KeychainStatus, library::Error> {
        loop {
            // Who unlocks it elsewhere need not answer our prompt as well.
            let opened = tokio::select! {
                lock = run_blocking(secret_service_lock::unlock) => lock.is_none_or(|lock| lock != LockState::Locked),
                () = secret_service_lock::wait_until_unlocked() => true,
            };
            if opened {
                let (keychain, library) = (Arc::clone(self), library.clone());
                match run_blocking(move || keychain.load_or_create_key(&library)).await {
                    Some(Ok(KeychainStatus::Waiting)) | None => {}
                    Some(settled) => return settled,
                }
            }
            tracing::info!("the keychain is locked: uploads wait for it");
            tokio::select! {
                () = secret_service_lock::wait_until_unlocked() => {}
                () = self.unlock_requested.notified() => {}
            }
        }
    }

    /// The user did something that needs the key.
    pub fn request_unlock(&self) {
        // No permit is stored: a prompt that is on the screen already is not asked for twice.
        self.unlock_requested.notify_waiters();
    }

    /// Whether the key lives for this run only, and is to be revoked at its end.
    pub fn is_key_temporary(&self) -> bool {
        self.lock_app_key()
            .as_ref()
            .is_some_and(|held| !held.is_persistent)
    }

    /// The key of this computer's server, once it is there.
    pub fn app_key(&self) -> Option<String> {
        self.lock_app_key().as_ref().map(|held| held.secret.clone())
    }

    fn load_or_create_key(&self, library: &Library) -> Result<KeychainStatus, library::Error> {
        let entry = match keyring::Entry::new(&self.service, &self.local_target_id) {
            Ok(entry) => entry,
            Err(error) => return self.use_temporary_key(library, &error),
        };
        match entry.get_password() {
            Ok(secret) if is_app_key(library, &secret)? => {
                self.set_app_key(AppKey {
                    secret,
                    is_persistent: true,
                });
                return Ok(KeychainStatus::Ready);
            }
            // Revoked, or another folder's: a new one takes its place.
            Ok(_) | Err(keyring::Error::NoEntry) => {}
            Err(error) if is_locked_error(&error) => return Ok(KeychainStatus::Waiting),
            Err(error) => return self.use_temporary_key(library, &error),
        }
        let (_, secret) = library.renew_app_key()?;
        match entry.set_password(secret.expose()) {
            Ok(()) => {
                tracing::info!("a new key for this computer's server is in the keychain");
                self.set_app_key(AppKey {
                    secret: secret.expose().to_owned(),
                    is_persistent: true,
                });
                Ok(KeychainStatus::Ready)
            }
            Err(error) if is_locked_error(&error) => Ok(KeychainStatus::Waiting),
            Err(error) => self.use_temporary_key(library, &error),
        }
    }

    fn use_temporary_key(
        &self,
        library: &Library,
        error: &keyring::Error,
    ) -> Result<KeychainStatus, library::Error> {
        tracing::warn!(%error, "no keychain: the key lives for this run only");
        let (_, secret) = library.renew_app_key()?;
        self.set_app_key(AppKey {
            secret: secret.expose().to_owned(),
            is_persistent: false,
        });
        Ok(KeychainStatus::Missing)
    }

    fn set_app_key(&self, held: AppKey) {
        *self.lock_app_key() = Some(held);
    }

    fn lock_app_key(&self) -> MutexGuard<'_, Option<AppKey>> {
        self.app_key.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Does what may block, on a thread of its own; `None` if that failed.
async fn run_blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.inspect_err(|error| tracing::error!(%error, "the keychain's thread failed"))
        .ok()
}

/// Whether the server would take this secret for the app's own.
fn is_app_key(library: &Library, secret: &str) -> Result<bool, library::Error> {
    let actor = library.actor_for_secret(secret)?;
    Ok(matches!(actor, Some(Actor::ApiKey { app: true, .. })))
}

/// The Secret Service words a locked collection in more than one way, so it is asked again.
fn is_locked_error(error: &keyring::Error) -> bool {
    match secret_service_lock::lock_state() {
        LockState::Locked => true,
        LockState::Open | LockState::Absent => false,
        LockState::Unknown => matches!(error, keyring::Error::NoStorageAccess(_)),
    }
}

/// The user's own keys. Every call may wait for the keychain, so none is for the runtime's threads.
impl Keychain {
    /// Keeps a key for a target; without a keychain for this run only. The error is a sentence.
    pub fn set_target_key(&self, target: &str, secret: &str) -> Result<(), String> {
        match self
            .keyring_entry(target)
            .and_then(|entry| entry.set_password(secret))
        {
            Ok(()) => {}
            Err(error) if is_locked_error(&error) => {
                return Err(t("keychain.locked").to_owned());
            }
            Err(error) => {
                tracing::warn!(%error, "no keychain: a key is kept for this run only");
            }
        }
        self.lock_target_keys()
            .insert(target.to_owned(), Some(secret.to_owned()));
        Ok(())
    }

    /// Forgets a target's key. One that cannot be taken out of the keychain opens nothing here any more.
    pub fn remove_target_key(&self, target: &str) {
        self.lock_target_keys().insert(target.to_owned(), None);
        let removed = self
            .keyring_entry(target)
            .and_then(|entry| entry.delete_credential());
        match removed {
            Ok(()) | Err(keyring::Error::NoEntry) => {}
            Err(error) => tracing::warn!(%error, "a key could not be taken out of the keychain"),
        }
    }

    fn keyring_entry(&self, target: &str) -> keyring::Result<keyring::Entry> {
        keyring::Entry::new(&self.service, target)
    }

    fn lock_target_keys(&self) -> MutexGuard<'_, HashMap<String, Option<String>>> {
        self.target_keys
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Secrets for Keychain {
    fn get(&self, target: &str) -> Result<Option<String>, SecretsError> {
        if target == self.local_target_id {
            return match self.lock_app_key().as_ref() {
                Some(held) => Ok(Some(held.secret.clone())),
                None => Err(SecretsError::Locked),
            };
        }
        if let Some(known) = self.lock_target_keys().get(target) {
            return Ok(known.clone());
        }
        let found = match self
            .keyring_entry(target)
            .and_then(|entry| entry.get_password())
        {
            Ok(secret) => Some(secret),
            Err(keyring::Error::NoEntry) => None,
            Err(error) if is_locked_error(&error) => return Err(SecretsError::Locked),
            Err(error) => return Err(SecretsError::Unavailable(error.to_string())),
        };
        self.lock_target_keys()
            .insert(target.to_owned(), found.clone());
        Ok(found)
    }
}
