//! Whose certificates are believed: whom the system trusts, and authorities of the user's own. One that is not believed
//! is refused as ever, but its fingerprint comes along, so that somebody who knows the server's can compare.

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

use crate::connection::cryptography;

/// Why nobody's certificate can be judged.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Untrusting {
    #[error("what was given as an authority is no certificate of one")]
    Authority,
    #[error("it cannot be told whom this system trusts: {0}")]
    System(rustls::Error),
}

/// SHA-256 of a certificate's bytes, as it is shown everywhere: pairs of hexadecimal digits with colons between.
pub fn fingerprint(der: &[u8]) -> String {
    let digest = Sha256::digest(der);
    let mut written = String::with_capacity(digest.len() * 3);
    for byte in digest {
        let colon = if written.is_empty() { "" } else { ":" };
        // Writing into a text cannot fail.
        let _ = write!(written, "{colon}{byte:02X}");
    }
    written
}

/// How to speak TLS where these authorities, as PEM, are trusted besides the system's.
///
/// Reading whom the system trusts takes longer than all else about a client: one of these does for many.
pub fn tls(authorities: &[String]) -> Result<ClientConfig, Untrusting> {
    let mut roots = Vec::new();
    for pem in authorities {
        let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
        match read {
            Ok(read) if !read.is_empty() => roots.extend(read),
            _ => return Err(Untrusting::Authority),
        }
    }
    let provider = cryptography();
    let inner = match roots.is_empty() {
        true => Verifier::new(provider.clone()).map_err(Untrusting::System)?,
        false => Verifier::new_with_extra_roots(roots, provider.clone())
            .map_err(|_| Untrusting::Authority)?,
    };
    let mut tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(Untrusting::System)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Telling { inner }))
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(tls)
}

/// The fingerprint of the certificate that this error is about, where it was told.
pub(crate) fn of_unbelieved(error: &CertificateError) -> Option<String> {
    match error {
        CertificateError::Other(OtherError(told)) => {
            let unbelieved: &Unbelieved = told.downcast_ref()?;
            Some(unbelieved.fingerprint.clone())
        }
        _ => None,
    }
}

/// A certificate that was shown, and why it is not believed.
#[derive(Debug, thiserror::Error)]
#[error("{why}; its SHA-256 is {fingerprint}")]
struct Unbelieved {
    fingerprint: String,
    why: CertificateError,
}

/// Believes whom the other one believes, and tells of those whom it does not.
#[derive(Debug)]
struct Telling {
    inner: Verifier,
}

impl ServerCertVerifier for Telling {
    fn verify_server_cert(
        &self,
        shown: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let judged = self
            .inner
            .verify_server_cert(shown, between, name, ocsp, now);
        judged.map_err(|error| match error {
            rustls::Error::InvalidCertificate(why) => {
                let fingerprint = fingerprint(shown);
                CertificateError::Other(OtherError(Arc::new(Unbelieved { fingerprint, why })))
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
    fn fingerprints_are_written_as_everywhere() {
        let written = fingerprint(&[0, 0, 0]);
        assert_eq!(written.len(), 32 * 3 - 1);
        assert!(written.starts_with("70:9E:80:C8:"), "{written}");
    }
}
