//! What the uploader does in front of real sockets, real files and servers that misbehave.

mod dialects;
mod fetching;
mod queueing;
mod sending;
mod server;
mod world;
