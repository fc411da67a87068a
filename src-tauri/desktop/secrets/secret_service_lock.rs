//! Whether the system's keychain is locked, and the prompt to unlock it. Linux only: the Secret Service reports its state
//! without a prompt. Other systems unlock the keychain with the session, and prompt by themselves.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(target_os = "linux"),
    expect(dead_code, reason = "only Linux reports these")
)]
pub enum LockState {
    Open,
    Locked,
    /// There is no keychain, or it has no collection yet.
    Absent,
    /// This system does not report it.
    #[cfg_attr(
        target_os = "linux",
        expect(dead_code, reason = "Linux always reports it")
    )]
    Unknown,
}

#[cfg(not(target_os = "linux"))]
mod platform {
    use super::LockState;

    pub fn lock_state() -> LockState {
        LockState::Unknown
    }

    pub fn unlock() -> LockState {
        LockState::Unknown
    }

    pub async fn wait_until_unlocked() {
        std::future::pending().await
    }
}

#[cfg(target_os = "linux")]
mod platform {
    use std::time::Duration;

    use zbus::blocking::{Connection, Proxy};
    use zbus::zvariant::{OwnedObjectPath, OwnedValue};

    use super::LockState;

    const SERVICE_NAME: &str = "org.freedesktop.secrets";
    const SERVICE_PATH: &str = "/org/freedesktop/secrets";

    /// Reads the state without a prompt. Blocks.
    pub fn lock_state() -> LockState {
        query_lock_state(|_, _| Ok(())).unwrap_or(LockState::Absent)
    }

    /// Shows the system's prompt if the keychain is locked. Blocks until it is answered, without a limit.
    pub fn unlock() -> LockState {
        query_lock_state(show_unlock_prompt).unwrap_or_else(|error| {
            tracing::info!(%error, "could not reach the keychain");
            LockState::Absent
        })
    }

    /// Returns once the keychain is open or absent. Its signal for that is optional, so the state is polled.
    pub async fn wait_until_unlocked() {
        let mut beat = tokio::time::interval(Duration::from_secs(2));
        loop {
            beat.tick().await;
            let state = tokio::task::spawn_blocking(lock_state).await;
            if state.is_ok_and(|lock| lock != LockState::Locked) {
                return;
            }
        }
    }

    fn query_lock_state(
        if_locked: fn(&Connection, &OwnedObjectPath) -> zbus::Result<()>,
    ) -> zbus::Result<LockState> {
        let bus = Connection::session()?;
        let service = Proxy::new(
            &bus,
            SERVICE_NAME,
            SERVICE_PATH,
            "org.freedesktop.Secret.Service",
        )?;
        let collection: OwnedObjectPath = service.call("ReadAlias", &("default",))?;
        if collection.as_str() == "/" {
            return Ok(LockState::Absent);
        }
        let keeper = Proxy::new(
            &bus,
            SERVICE_NAME,
            &collection,
            "org.freedesktop.Secret.Collection",
        )?;
        let locked = || -> zbus::Result<bool> {
            let properties = zbus::blocking::fdo::PropertiesProxy::new(
                &bus,
                SERVICE_NAME,
                keeper.path().to_owned(),
            )?;
            let value = properties.get(keeper.interface().to_owned(), "Locked")?;
            Ok(bool::try_from(value)?)
        };
        if locked()? {
            if_locked(&bus, &collection)?;
        }
        Ok(if locked()? {
            LockState::Locked
        } else {
            LockState::Open
        })
    }

    fn show_unlock_prompt(bus: &Connection, collection: &OwnedObjectPath) -> zbus::Result<()> {
        let service = Proxy::new(
            bus,
            SERVICE_NAME,
            SERVICE_PATH,
            "org.freedesktop.Secret.Service",
        )?;
        let (_, prompt): (Vec<OwnedObjectPath>, OwnedObjectPath) =
            service.call("Unlock", &(vec![collection],))?;
        if prompt.as_str() == "/" {
            return Ok(());
        }
        let prompt = Proxy::new(bus, SERVICE_NAME, prompt, "org.freedesktop.Secret.Prompt")?;
        let mut completed = prompt.receive_signal("Completed")?;
        prompt.call::<_, _, ()>("Prompt", &("",))?;
        if let Some(signal) = completed.next() {
            let (dismissed, _): (bool, OwnedValue) = signal.body().deserialize()?;
            tracing::info!(dismissed, "the unlock prompt was answered");
        }
        Ok(())
    }
}

pub use platform::{lock_state, unlock, wait_until_unlocked};
