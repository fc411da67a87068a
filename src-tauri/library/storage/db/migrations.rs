//! How the tables came to be: one file a step, applied in order, each once and as a whole.
//!
//! `PRAGMA user_version` counts the steps that were taken. A step that has been released is never
//! edited; what is to change becomes a new one.

use rusqlite::{Connection, TransactionBehavior};

use crate::error::{Error, Result};

const MIGRATIONS: &[&str] = &[
    include_str!("001_images_accounts_keys.sql"),
    include_str!("002_tasks.sql"),
    include_str!("003_doors.sql"),
    include_str!("004_dashboard.sql"),
    include_str!("005_searching.sql"),
    include_str!("006_aliases.sql"),
];

pub(super) fn run_migrations(connection: &mut Connection) -> Result<()> {
    let known = MIGRATIONS.len();
    if schema_version(connection)? == known {
        return Ok(());
    }
    // Another process may have taken the steps while this one waited for the lock: count again.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = schema_version(&transaction)?;
    if found > known {
        let count = |steps| u32::try_from(steps).unwrap_or(u32::MAX);
        return Err(Error::NewerDatabase {
            found: count(found),
            known: count(known),
        });
    }
    for step in &MIGRATIONS[found..] {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(
        None,
        "user_version",
        i64::try_from(known).unwrap_or(i64::MAX),
    )?;
    transaction.commit()?;
    Ok(())
}

fn schema_version(connection: &Connection) -> Result<usize> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    Ok(usize::try_from(version).unwrap_or(0))
}
