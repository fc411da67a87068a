//! Upload bodies on their way in: forms of each content type, streamed into a staged upload.

mod base64_stream;
mod fields;
mod file_writer;
pub(crate) mod form;
mod form_builder;
mod form_spec;
mod json;
mod limited_body;
mod multipart;
mod negative_cache;
pub(crate) mod remote_fetch;
pub(crate) mod remote_fetcher;
mod urlencoded;
