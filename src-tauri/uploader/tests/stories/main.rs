//! What the uploader does in front of real sockets, real files and servers that misbehave.

mod deleting;
mod dialects;
mod fetching;
mod hostile;
mod minding;
mod queueing;
mod repeating;
mod sending;
mod server;
mod watching;
mod world;
