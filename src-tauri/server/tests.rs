//! The room from outside: requests in, answers out, over a library in a temporary folder.

mod chevereto;
mod delivery;
mod doors;
mod extracting;
mod fetching;
mod limits;
mod receiving;
mod stranger;
mod uploads;
mod wire;
pub mod world;
