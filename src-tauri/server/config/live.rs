//! The configuration as it is just now: what the program was started with, and what administrators chose since.
//!
//! The one thing that is kept between requests of what stands in the library, since every request needs it before it
//! may look there. The process that changes a setting reads it anew at once, another one within ten seconds
//! (`upkeep.rs`); a request goes on under the configuration that it began with.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use library::Library;

use crate::config::Config;

pub struct Configured {
    started: Config,
    now: RwLock<Arc<Config>>,
    /// Held by who makes a new one of the one before.
    changing: Mutex<()>,
}

impl Configured {
    pub fn new(started: Config) -> Configured {
        Configured {
            now: RwLock::new(Arc::new(started.clone())),
            started,
            changing: Mutex::default(),
        }
    }

    pub fn now(&self) -> Arc<Config> {
        let now = self.now.read();
        now.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes over what is chosen in the library.
    pub fn follow(&self, library: &Library) -> library::Result<()> {
        let _one = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.now();
        let config = Config {
            listen: before.listen,
            ..self.started.with_chosen(&library.chosen()?)
        };
        if config != *before {
            library.adopt(config.library_settings());
            self.put(config);
        }
        Ok(())
    }

    /// The server listens there from now on.
    pub fn listens(&self, address: SocketAddr) {
        let _one = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        self.put(Config {
            listen: address,
            ..Config::clone(&self.now())
        });
    }

    fn put(&self, config: Config) {
        let mut now = self.now.write().unwrap_or_else(PoisonError::into_inner);
        *now = Arc::new(config);
    }
}
