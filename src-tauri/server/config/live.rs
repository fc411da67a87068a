//! The live configuration: what the program was started with, and what administrators have changed since.
//!
//! The one thing that is kept between requests of what stands in the library, since every request needs it before it
//! may look there. The process that changes a setting reads it anew at once, another one within ten seconds
//! (`upkeep.rs`); a request goes on under the configuration that it began with.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use library::Library;

use crate::config::Config;

pub struct LiveConfig {
    startup: Config,
    current: RwLock<Arc<Config>>,
    /// Held by who makes a new one of the one before.
    reload_lock: Mutex<()>,
}

impl LiveConfig {
    pub fn new(started: Config) -> LiveConfig {
        LiveConfig {
            current: RwLock::new(Arc::new(started.clone())),
            startup: started,
            reload_lock: Mutex::default(),
        }
    }

    pub fn current(&self) -> Arc<Config> {
        let now = self.current.read();
        now.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes over what is chosen in the library.
    pub fn reload(&self, library: &Library) -> library::Result<()> {
        let _one = self
            .reload_lock
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let before = self.current();
        let config = Config {
            listen: before.listen,
            ..self.startup.with_overrides(&library.settings_overrides()?)
        };
        if config != *before {
            library.apply_settings(config.library_settings());
            self.replace(config);
        }
        Ok(())
    }

    /// The server listens there from now on.
    pub fn set_listen_address(&self, address: SocketAddr) {
        let _one = self
            .reload_lock
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        self.replace(Config {
            listen: address,
            ..Config::clone(&self.current())
        });
    }

    fn replace(&self, config: Config) {
        let mut now = self.current.write().unwrap_or_else(PoisonError::into_inner);
        *now = Arc::new(config);
    }
}
