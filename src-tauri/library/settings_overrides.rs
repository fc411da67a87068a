//! Settings that were changed in the dashboard, as texts; what they mean is the server's to know.

use crate::Library;
use crate::error::Result;
use crate::storage::db::params;

impl Library {
    /// Keys and their values, by key.
    pub fn settings_overrides(&self) -> Result<Vec<(String, String)>> {
        self.database().read(|read| {
            read.query_all("SELECT key, value FROM chosen ORDER BY key", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
        })
    }

    /// Writes all of them down, or none. One without a value is forgotten.
    pub fn set_settings_overrides(&self, settings: &[(String, Option<String>)]) -> Result<()> {
        self.database().write(|write| {
            for (key, value) in settings {
                match value {
                    Some(value) => write.execute(
                        "INSERT OR REPLACE INTO chosen (key, value) VALUES (?1, ?2)",
                        params![key, value],
                    )?,
                    None => write.execute("DELETE FROM chosen WHERE key = ?1", params![key])?,
                };
            }
            Ok(())
        })
    }
}
