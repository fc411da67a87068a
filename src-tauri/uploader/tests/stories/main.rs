//! What the uploader does in front of real sockets, real files and servers that misbehave.

mod deleting;
mod desk;
mod dialects;
mod editing;
mod fetching;
mod folders;
mod hostile;
mod knocking;
mod minding;
mod queueing;
mod reaching;
mod repeating;
mod secure;
mod sending;
mod server;
mod shots;
mod watching;
mod world;
