//! The aliases that dialects give images, for the dialects themselves and for the dashboard, which shows the addresses
//! of all of them.

pub mod chevereto;
pub mod imgshare;
