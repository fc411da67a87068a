//! The room from outside: requests in, answers out, over a library in a temporary folder.

mod delivery;
mod doors;
mod limits;
mod uploads;
mod wire;
pub mod world;
