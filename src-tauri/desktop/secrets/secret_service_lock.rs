//! Whether the system's keychain is locked, and asking the user to unlock it. Linux only: the
//! Secret Service can be asked without a prompt; the other systems unlock with the session, and
//! prompt by themselves.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(target_os = "linux"),
    expect(dead_code, reason = "only Linux tells")
)]
pub enum Lock {
    Open,
    Locked,
    /// No keychain answers, or it holds no collection yet.
    Absent,
    /// This system doesn't tell.
    #[cfg_attr(target_os = "linux", expect(dead_code, reason = "Linux always tells"))]
    Unknown,
}

#[cfg(not(target_os = "linux"))]
mod platform {
    use self::Lock;

    pub fn lock() -> Lock {
        Lock::Unknown
    }

    pub fn unlock() -> Lock {
        Lock::Unknown
    }

    pub async fn unlocked() {
        std::future::pending().await
    }
}

#[cfg(target_os = "linux")]
mod platform {
    use std::time::Duration;

    use zbus::blocking::{Connection, Proxy};
    use zbus::zvariant::{OwnedObjectPath, OwnedValue};

    use self::Lock;

    const SERVICE: &str = "org.freedesktop.secrets";
    const ROOT: &str = "/org/freedesktop/secrets";

    /// Asks without a prompt. Blocking.
    pub fn lock() -> Lock {
        ask(|_, _| Ok(())).unwrap_or(Lock::Absent)
    }

    /// Shows the system's prompt if the keychain is locked, and waits until it was answered.
    /// Blocking, without a limit.
    pub fn unlock() -> Lock {
        ask(prompt).unwrap_or_else(|error| {
            tracing::info!(%error, "the keychain could not be asked");
            Lock::Absent
        })
    }

    /// Returns once the keychain is open or gone. Its signal for that is optional, so it is asked.
    pub async fn unlocked() {
        let mut beat = tokio::time::interval(Duration::from_secs(2));
        loop {
            beat.tick().await;
            let asked = tokio::task::spawn_blocking(lock).await;
            if asked.is_ok_and(|lock| lock != Lock::Locked) {
                return;
            }
        }
    }

    fn ask(if_locked: fn(&Connection, &OwnedObjectPath) -> zbus::Result<()>) -> zbus::Result<Lock> {
        let bus = Connection::session()?;
        let service = Proxy::new(&bus, SERVICE, ROOT, "org.freedesktop.Secret.Service")?;
        let collection: OwnedObjectPath = service.call("ReadAlias", &("default",))?;
        if collection.as_str() == "/" {
            return Ok(Lock::Absent);
        }
        let keeper = Proxy::new(
            &bus,
            SERVICE,
            &collection,
            "org.freedesktop.Secret.Collection",
        )?;
        let locked = || -> zbus::Result<bool> {
            let properties =
                zbus::blocking::fdo::PropertiesProxy::new(&bus, SERVICE, keeper.path().to_owned())?;
            let value = properties.get(keeper.interface().to_owned(), "Locked")?;
            Ok(bool::try_from(value)?)
        };
        if locked()? {
            if_locked(&bus, &collection)?;
        }
        Ok(if locked()? { Lock::Locked } else { Lock::Open })
    }

    fn prompt(bus: &Connection, collection: &OwnedObjectPath) -> zbus::Result<()> {
        let service = Proxy::new(bus, SERVICE, ROOT, "org.freedesktop.Secret.Service")?;
        let (_, prompt): (Vec<OwnedObjectPath>, OwnedObjectPath) =
            service.call("Unlock", &(vec![collection],))?;
        if prompt.as_str() == "/" {
            return Ok(());
        }
        let prompt = Proxy::new(bus, SERVICE, prompt, "org.freedesktop.Secret.Prompt")?;
        let mut completed = prompt.receive_signal("Completed")?;
        prompt.call::<_, _, ()>("Prompt", &("",))?;
        if let Some(signal) = completed.next() {
            let (dismissed, _): (bool, OwnedValue) = signal.body().deserialize()?;
            tracing::info!(dismissed, "the keychain's prompt was answered");
        }
        Ok(())
    }
}

pub use platform::{lock, unlock, unlocked};
