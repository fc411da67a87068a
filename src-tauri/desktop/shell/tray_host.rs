//! Whether this desktop shows tray icons. On Linux not all do, and that can change at any time (a panel starts, an extension
//! is enabled), so the session bus is watched.

/// Calls `report` with the answer, and again whenever it changes. Returns when it cannot change any more.
#[cfg(not(target_os = "linux"))]
pub fn watch(report: impl Fn(bool)) {
    report(true);
}

#[cfg(target_os = "linux")]
pub fn watch(report: impl Fn(bool)) {
    if let Err(error) = linux::watch(&report) {
        tracing::info!(%error, "could not watch the session bus for a tray");
    }
    report(false);
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

    pub fn watch(report: &impl Fn(bool)) -> zbus::Result<()> {
        let bus = Connection::session()?;
        let dbus = DBusProxy::new(&bus)?;
        // Subscribed before the first query, so that no change is missed.
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
        report(shown);
        for message in messages {
            if message?.message_type() != Type::Signal {
                continue;
            }
            let now = has_tray_host(&bus, &dbus);
            if now != shown {
                shown = now;
                report(shown);
            }
        }
        Ok(())
    }

    /// The watcher shows nothing itself: a panel must have registered with it.
    fn has_tray_host(bus: &Connection, dbus: &DBusProxy<'_>) -> bool {
        let read_state = || -> zbus::Result<bool> {
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
        read_state().unwrap_or(false)
    }
}
