//! Whether this desktop shows tray icons. On Linux not all do, and one may begin to at any time
//! (a panel starts, an extension is switched on), so the session bus is watched.

/// Calls `tell` with the answer now, and again whenever it changes. Returns when nothing more can.
#[cfg(not(target_os = "linux"))]
pub fn watch(tell: impl Fn(bool)) {
    tell(true);
}

#[cfg(target_os = "linux")]
pub fn watch(tell: impl Fn(bool)) {
    if let Err(error) = linux::watch(&tell) {
        tracing::info!(%error, "the session bus cannot be asked for a tray");
    }
    tell(false);
}

#[cfg(target_os = "linux")]
mod linux {
    use zbus::MatchRule;
    use zbus::blocking::fdo::{DBusProxy, PropertiesProxy};
    use zbus::blocking::{Connection, MessageIterator};
    use zbus::message::Type;
    use zbus::names::{BusName, InterfaceName};

    const WATCHER: &str = "org.kde.StatusNotifierWatcher";
    const PATH: &str = "/StatusNotifierWatcher";

    pub fn watch(tell: &impl Fn(bool)) -> zbus::Result<()> {
        let bus = Connection::session()?;
        let dbus = DBusProxy::new(&bus)?;
        // Listening begins before the first question, so that no change falls between the two.
        let messages = MessageIterator::from(&bus);
        for rule in [
            MatchRule::builder()
                .msg_type(Type::Signal)
                .sender("org.freedesktop.DBus")?
                .member("NameOwnerChanged")?
                .arg(0, WATCHER)?
                .build(),
            MatchRule::builder()
                .msg_type(Type::Signal)
                .interface(WATCHER)?
                .build(),
        ] {
            dbus.add_match_rule(rule)?;
        }
        let mut shown = has_tray_host(&bus, &dbus);
        tell(shown);
        for message in messages {
            if message?.message_type() != Type::Signal {
                continue;
            }
            let now = has_tray_host(&bus, &dbus);
            if now != shown {
                shown = now;
                tell(shown);
            }
        }
        Ok(())
    }

    /// A watcher alone shows nothing: a panel has to have registered with it.
    fn has_tray_host(bus: &Connection, dbus: &DBusProxy<'_>) -> bool {
        let asked = || -> zbus::Result<bool> {
            if !dbus.name_has_owner(BusName::try_from(WATCHER)?)? {
                return Ok(false);
            }
            let watcher = PropertiesProxy::new(bus, WATCHER, PATH)?;
            let shows = watcher.get(
                InterfaceName::try_from(WATCHER)?,
                "IsStatusNotifierHostRegistered",
            )?;
            Ok(bool::try_from(shows)?)
        };
        asked().unwrap_or(false)
    }
}
