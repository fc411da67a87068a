//! Where API keys come from: the system's keychain in the app, an option in the command line.

/// Gives the key of a target. Called on a thread that may block, and never on the runtime's own: a keychain may wait
/// for its owner to type a password. It is asked once for every picture, so an answer that is slow to get is worth
/// remembering.
pub trait Secrets: Send + Sync {
    /// The key of the target with this id; `None` if there is none.
    fn get(&self, target: &str) -> Result<Option<String>, SecretsError>;
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretsError {
    /// The keychain is locked. Jobs wait until [`crate::Uploader::wake`] is called.
    #[error("the keychain is locked")]
    Locked,
    /// There is no keychain, or it fails; the reason ends the sentence "The keychain cannot be read: …".
    #[error("the keychain cannot be read: {0}")]
    Unavailable(String),
}
