//! TLS trust: the system's certificate authorities and the user's own; fingerprints of rejected certificates. One
//! that is not believed is refused as ever, but its fingerprint comes along, so that somebody who knows the
//! server's can compare.

use std::fmt::Write as _;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, DistinguishedName, OtherError,
    SignatureScheme,
};
use rustls_platform_verifier::Verifier;
use sha2::{Digest, Sha256};

use crate::tls_provider::crypto_provider;

/// Why nobody's certificate can be judged.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TrustError {
    #[error("what was given as an authority is no certificate of one")]
    InvalidAuthority,
    #[error("it cannot be told whom this system trusts: {0}")]
    SystemRoots(rustls::Error),
}

/// SHA-256 of a certificate's bytes, as it is shown everywhere: pairs of hexadecimal digits with colons between.
pub fn fingerprint(der: &[u8]) -> String {
    let digest = Sha256::digest(der);
    let mut hex = String::with_capacity(digest.len() * 3);
    for byte in digest {
        let colon = if hex.is_empty() { "" } else { ":" };
        // Writing into a text cannot fail.
        let _ = write!(hex, "{colon}{byte:02X}");
    }
    hex
}

/// How to speak TLS where these authorities, as PEM, are trusted besides the system's.
///
/// Reading whom the system trusts takes longer than all else about a client: one of these does for many.
pub fn tls_config(authorities: &[String]) -> Result<ClientConfig, TrustError> {
    let mut roots = Vec::new();
    for pem in authorities {
        let certificates: Result<Vec<_>, _> =
            CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
        match certificates {
            Ok(read) if !read.is_empty() => roots.extend(read),
            _ => return Err(TrustError::InvalidAuthority),
        }
    }
    let provider = crypto_provider();
    let inner = match roots.is_empty() {
        true => Verifier::new(provider.clone()).map_err(TrustError::SystemRoots)?,
        false => Verifier::new_with_extra_roots(roots, provider.clone())
            .map_err(|_| TrustError::InvalidAuthority)?,
    };
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(TrustError::SystemRoots)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(FingerprintVerifier { inner }))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// The fingerprint of the certificate that this error is about, where it was told.
pub(crate) fn rejected_fingerprint(error: &CertificateError) -> Option<String> {
    match error {
        CertificateError::Other(OtherError(told)) => {
            let unbelieved: &RejectedCertificate = told.downcast_ref()?;
            Some(unbelieved.fingerprint.clone())
        }
        _ => None,
    }
}

/// A certificate that was shown, and why it is not believed.
#[derive(Debug, thiserror::Error)]
#[error("{why}; its SHA-256 is {fingerprint}")]
struct RejectedCertificate {
    fingerprint: String,
    why: CertificateError,
}

/// Believes whom the other one believes, and tells of those whom it does not.
#[derive(Debug)]
struct FingerprintVerifier {
    inner: Verifier,
}

impl ServerCertVerifier for FingerprintVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let outcome = self
            .inner
            .verify_server_cert(end_entity, intermediates, name, ocsp, now);
        outcome.map_err(|error| match error {
            rustls::Error::InvalidCertificate(why) => {
                let fingerprint = fingerprint(end_entity);
                CertificateError::Other(OtherError(Arc::new(RejectedCertificate {
                    fingerprint,
                    why,
                })))
                .into()
            }
            other => other,
        })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner
            .verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner
            .verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }

    fn requires_raw_public_keys(&self) -> bool {
        self.inner.requires_raw_public_keys()
    }

    fn root_hint_subjects(&self) -> Option<&[DistinguishedName]> {
        self.inner.root_hint_subjects()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_hex_pairs_with_colons() {
        let written = fingerprint(&[0, 0, 0]);
        assert_eq!(written.len(), 32 * 3 - 1);
        assert!(written.starts_with("70:9E:80:C8:"), "{written}");
    }
}
