//! Journeys: the real program over real HTTP, one file a subject.

mod accounts;
mod background;
mod bodies;
mod chevereto;
mod command_line;
mod configuration;
mod crashes;
mod crowds;
mod dashboard;
mod deleting;
mod describing;
mod early_refusals;
mod imgshare;
mod judging;
mod keys;
mod media;
mod memory;
mod paths;
mod seed;
mod serve;
mod serving;
mod slink;
mod upload_command;
mod uploading;
mod widths;
