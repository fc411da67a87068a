//! Database migrations of the job store: one SQL file each, applied in order.

use rusqlite::Connection;

use super::transaction::begin_transaction;
use crate::Failure;

/// `PRAGMA user_version` counts those applied. A released migration is never edited.
const MIGRATIONS: &[&str] = &[
    include_str!("001_jobs.sql"),
    include_str!("002_dedup_watching.sql"),
    include_str!("003_alt.sql"),
];

pub(super) fn run_migrations(connection: &mut Connection) -> Result<(), Failure> {
    let transaction = begin_transaction(connection)?;
    let applied =
        transaction.pragma_query_value(None, "user_version", |row| row.get::<_, u32>(0))? as usize;
    if applied > MIGRATIONS.len() {
        return Err(Failure::Storage {
            reason: "a newer version of the program wrote it. Start that one.".into(),
        });
    }
    for migration in &MIGRATIONS[applied..] {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "user_version", MIGRATIONS.len() as i64)?;
    transaction.commit()?;
    Ok(())
}
