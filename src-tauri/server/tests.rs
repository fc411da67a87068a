//! The room from outside: requests in, answers out, over a library in a temporary folder.

mod delivery;
mod doors;
mod extracting;
mod limits;
mod receiving;
mod uploads;
mod wire;
pub mod world;
