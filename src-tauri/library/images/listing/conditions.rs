//! The conditions of a list's SQL statement.

use crate::error::Result;
use crate::storage::db::{ToSql, Value, to_sql_value};

/// The conditions of a list, and the values of their parameters.
#[derive(Clone)]
pub(super) struct Conditions {
    /// The table, and the index where it takes the right one to be quick.
    pub(super) from: &'static str,
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
}

impl Conditions {
    /// Adds a condition that must hold, too. `values` replace its question marks in order.
    pub(super) fn add_condition<const N: usize>(
        &mut self,
        condition: &str,
        values: [&dyn ToSql; N],
    ) -> Result<()> {
        if !self.sql.is_empty() {
            self.sql.push_str(" AND ");
        }
        self.sql.push_str(condition);
        for given in values {
            self.values.push(to_sql_value(given)?);
        }
        Ok(())
    }
}
