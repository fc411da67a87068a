//! What the page is shown: serialised views of state and jobs.

pub(crate) mod app_state;
pub(crate) mod row;
