//! Lists of images: filtered, searched, ordered and paged, or counted by day.

pub(crate) mod by_day;
mod conditions;
mod filter;
pub(crate) mod page;
pub(crate) mod query;
mod search;
pub(crate) mod zone;
