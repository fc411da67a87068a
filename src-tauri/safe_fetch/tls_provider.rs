//! The cryptography that TLS uses, chosen once for the process.

use std::sync::{Arc, OnceLock};

use rustls::crypto::CryptoProvider;

/// What the whole program encrypts with.
pub(crate) fn crypto_provider() -> Arc<CryptoProvider> {
    static PROVIDER: OnceLock<Arc<CryptoProvider>> = OnceLock::new();
    let provider = PROVIDER.get_or_init(|| {
        let ring_provider = rustls::crypto::ring::default_provider();
        // An error means that the program has chosen one already, which is as good.
        let _ = ring_provider.clone().install_default();
        let installed = CryptoProvider::get_default().cloned();
        installed.unwrap_or_else(|| Arc::new(ring_provider))
    });
    Arc::clone(provider)
}
