//! Journeys: the real program over real HTTP, one file a subject.

mod accounts;
mod background;
mod bodies;
mod command_line;
mod configuration;
mod crashes;
mod crowds;
mod deleting;
mod early_refusals;
mod judging;
mod keys;
mod memory;
mod paths;
mod seed;
mod serve;
mod serving;
mod upload_command;
mod upload_dialects;
mod uploading;
mod widths;
