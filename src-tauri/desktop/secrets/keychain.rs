//! The API keys of all targets, in the system's keychain. The key of this computer's server is created by the library
//! at the first start, the others are entered by the user. They are in no file, log or page.
//!
//! Every call may wait for an unlock prompt, so none is needed to show the window: jobs wait, and are woken when the key
//! is available.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use library::{Actor, Library};
use tokio::sync::{Notify, watch};
use uploader::{Secrets, SecretsError};

use crate::error::CommandError;
use crate::events::replace_if_changed;
use crate::i18n::t;
use crate::secrets::secret_service_lock;
use crate::secrets::secret_service_lock::LockState;
use crate::view::app_state::KeychainStatus;

pub struct Keychain {
    /// The app's identifier, under which the system shows the entries.
    service: String,
    /// The entry of the app's key.
    local_target_id: String,
    app_key: Mutex<Option<AppKey>>,
    /// Keys of other targets that were read or entered in this run; none if there is no key. A keychain is slow.
    target_keys: Mutex<HashMap<String, Option<String>>>,
    /// Notified when the user does something that needs the key: a dismissed prompt is shown again.
    unlock_requested: Notify,
    status: watch::Sender<KeychainStatus>,
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
            status: watch::Sender::new(KeychainStatus::Waiting),
        }
    }

    pub fn watch_status(&self) -> watch::Receiver<KeychainStatus> {
        self.status.subscribe()
    }

    /// Reads the app's key or creates one, and returns once there is one.
    pub async fn load_app_key(self: &Arc<Self>, library: &Library) -> Result<(), library::Error> {
        loop {
            // The user may unlock it elsewhere instead of answering the prompt.
            let opened = tokio::select! {
                lock = run_blocking(secret_service_lock::unlock) => lock.is_none_or(|lock| lock != LockState::Locked),
                () = secret_service_lock::wait_until_unlocked() => true,
            };
            if opened {
                let (keychain, library) = (Arc::clone(self), library.clone());
                match run_blocking(move || keychain.load_or_create_key(&library)).await {
                    Some(Ok(KeychainStatus::Waiting)) | None => {}
                    Some(loaded) => {
                        replace_if_changed(&self.status, loaded?);
                        return Ok(());
                    }
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
        // No permit is stored: a prompt that is on the screen already is not shown twice.
        self.unlock_requested.notify_waiters();
    }

    /// Whether the key is valid for this run only, and must be revoked at its end.
    pub fn is_key_temporary(&self) -> bool {
        self.lock_app_key()
            .as_ref()
            .is_some_and(|held| !held.is_persistent)
    }

    /// The key of this computer's server, once it is loaded.
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
            // Revoked, or of another data folder: it is replaced.
            Ok(_) | Err(keyring::Error::NoEntry) => {}
            Err(error) if is_locked_error(&error) => return Ok(KeychainStatus::Waiting),
            Err(error) => return self.use_temporary_key(library, &error),
        }
        let (_, secret) = library.renew_app_key()?;
        match entry.set_password(secret.expose()) {
            Ok(()) => {
                tracing::info!("created a key for this computer's server in the keychain");
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
        tracing::warn!(%error, "could not use a keychain: the app's key is valid for this run only");
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

/// Runs blocking work on its own thread; `None` if it panicked.
async fn run_blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.inspect_err(|error| tracing::error!(%error, "the keychain thread failed"))
        .ok()
}

/// Whether this secret is the app's key.
fn is_app_key(library: &Library, secret: &str) -> Result<bool, library::Error> {
    let actor = library.actor_for_secret(secret)?;
    Ok(matches!(actor, Some(Actor::ApiKey { app: true, .. })))
}

/// The Secret Service reports a locked collection in more than one way, so its state is read again.
fn is_locked_error(error: &keyring::Error) -> bool {
    match secret_service_lock::lock_state() {
        LockState::Locked => true,
        LockState::Open | LockState::Absent => false,
        LockState::Unknown => matches!(error, keyring::Error::NoStorageAccess(_)),
    }
}

/// Keys that the user entered. The blocking calls may wait for the keychain.
impl Keychain {
    /// Stores a key, or removes it from the keychain.
    pub async fn set_secret(
        self: &Arc<Self>,
        target: &str,
        key: Option<String>,
    ) -> Result<(), CommandError> {
        let (keychain, target) = (Arc::clone(self), target.to_owned());
        let stored = run_blocking(move || match key {
            Some(key) => keychain.set_target_key(&target, &key),
            None => {
                keychain.remove_target_key(&target);
                Ok(())
            }
        });
        stored
            .await
            .unwrap_or_else(|| Err(t("keychain.locked").to_owned()))
            .map_err(|message| CommandError::new("keychain", message))
    }

    /// Reads a key.
    pub async fn secret(self: &Arc<Self>, target: &str) -> Result<Option<String>, SecretsError> {
        let (keychain, target) = (Arc::clone(self), target.to_owned());
        run_blocking(move || keychain.get(&target))
            .await
            .unwrap_or(Err(SecretsError::Locked))
    }

    /// Stores a key; without a keychain for this run only.
    fn set_target_key(&self, target: &str, secret: &str) -> Result<(), String> {
        match self
            .keyring_entry(target)
            .and_then(|entry| entry.set_password(secret))
        {
            Ok(()) => {}
            Err(error) if is_locked_error(&error) => {
                return Err(t("keychain.locked").to_owned());
            }
            Err(error) => {
                tracing::warn!(%error, "could not use a keychain: a key is kept for this run only");
            }
        }
        self.lock_target_keys()
            .insert(target.to_owned(), Some(secret.to_owned()));
        Ok(())
    }

    /// Removes a key. If the keychain refuses that, the key is not used any more.
    fn remove_target_key(&self, target: &str) {
        self.lock_target_keys().insert(target.to_owned(), None);
        let removed = self
            .keyring_entry(target)
            .and_then(|entry| entry.delete_credential());
        match removed {
            Ok(()) | Err(keyring::Error::NoEntry) => {}
            Err(error) => tracing::warn!(%error, "could not remove a key from the keychain"),
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
