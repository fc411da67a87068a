//! What the uploader does in front of real sockets, real files and servers that misbehave.

mod deleting;
mod dialects;
mod editing;
mod fake_editor;
mod fake_server;
mod fetching;
mod folders;
mod harness;
mod hostile;
mod hostile_editors;
mod pausing;
mod proxy;
mod queueing;
mod repeating;
mod sending;
mod tls;
mod watch_fixture;
mod watching;
