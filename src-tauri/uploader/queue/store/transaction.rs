//! Write transactions of the job store.

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::Failure;

/// Takes the write lock at once, so that a transaction never fails half-way for want of it.
pub(super) fn begin_transaction(connection: &mut Connection) -> Result<Transaction<'_>, Failure> {
    Ok(connection.transaction_with_behavior(TransactionBehavior::Immediate)?)
}
