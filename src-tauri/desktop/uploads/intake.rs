//! Enqueues pictures with the options of the gesture that they were given in.

use uploader::clipboard_policy::UploadSource;
use uploader::links::LinkSelection;
use uploader::{Source, UploadOptions};

use crate::context::AppContext;
use crate::view::notice::Notice;

/// How pictures were given in one gesture.
pub struct ImportOptions {
    pub source: UploadSource,
    /// The id of a target other than the default one.
    pub target_id: Option<String>,
    /// Which links are copied, if not those of the settings.
    pub selection: Option<LinkSelection>,
}

impl ImportOptions {
    pub fn new(source: UploadSource) -> ImportOptions {
        ImportOptions {
            source,
            target_id: None,
            selection: None,
        }
    }
}

/// Enqueues the sources as one batch. A source that is not a picture becomes a failed job, so this fails only if the job
/// store cannot be written.
pub async fn import_pictures(context: &AppContext, sources: Vec<Source>, options: ImportOptions) {
    if sources.is_empty() {
        return;
    }
    context.keychain.request_unlock();
    let options = UploadOptions {
        way: Some(options.source),
        target: options.target_id,
        links: options.selection,
        clipboard_generation: context.clipboard.current_generation().await,
        ..UploadOptions::default()
    };
    if let Err(failure) = context.uploader.enqueue_with(sources, options).await {
        tracing::error!(%failure, "could not enqueue pictures");
        context
            .events
            .notify(Notice::new("queue_failed").with_field("reason", failure.to_string()));
    }
}
