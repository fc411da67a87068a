//! Certificates: an authority of the user's own is trusted once it was added, and nobody else's is.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use uploader::{Failure, JobState, Network, Settings, Source, Uploader};

use crate::fake_server::imgs_response;
use crate::harness::{FixedSecrets, KEY, imgs_target, png, wait_for_state};

/// An authority's certificate, and a server with one that it has signed.
struct Authority {
    pem: String,
    tls: TlsAcceptor,
    /// Of what the server shows.
    fingerprint: String,
}

fn new_authority() -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let authority = params.self_signed(&key).unwrap();
    let issuer = Issuer::new(params, key);
    let key = KeyPair::generate().unwrap();
    let names = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let signed = names.signed_by(&key, &issuer).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![signed.der().clone()],
            PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap();
    let pem = format!(
        "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
        STANDARD.encode(authority.der())
    );
    Authority {
        pem,
        tls: Arc::new(config).into(),
        fingerprint: uploader::fingerprint(signed.der()),
    }
}

/// Reads a request to its end and gives links, behind TLS. Who breaks off does not end it.
async fn serve(tls: TlsAcceptor) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = tls.accept(stream).await else {
                continue;
            };
            let mut read = Vec::new();
            // The form's last line.
            while !read.ends_with(b"--\r\n") {
                if !matches!(stream.read_buf(&mut read).await, Ok(some) if some > 0) {
                    break;
                }
            }
            let _ = stream
                .write_all(imgs_response("a7xK9mPq2w").as_bytes())
                .await;
            let _ = stream.shutdown().await;
        }
    });
    base
}

#[tokio::test]
async fn an_authority_of_the_users_own_is_trusted_and_no_other() {
    let Authority {
        pem,
        tls,
        fingerprint,
    } = new_authority();
    let another = new_authority().pem;
    let base = serve(tls).await;
    let folder = tempfile::tempdir().unwrap();
    let uploader =
        Uploader::open_with(folder.path(), Arc::new(FixedSecrets), Settings::default()).unwrap();
    uploader.set_target(imgs_target(&base));
    let trusting = |certificates: Vec<String>| Network {
        certificates,
        ..Network::default()
    };
    for (number, (certificates, trusted)) in [
        (vec![], false),
        (vec![another.clone()], false),
        (vec![another, pem], true),
    ]
    .into_iter()
    .enumerate()
    {
        uploader.set_network(&trusting(certificates)).unwrap();
        let mut events = uploader.events();
        let source = Source::Bytes {
            name: "a.png".into(),
            bytes: png(4, 4 + number as u32),
        };
        let id = uploader.enqueue(vec![source]).await.unwrap()[0];
        let ended = wait_for_state(&mut events, id, JobState::has_ended)
            .await
            .state;
        match trusted {
            true => assert!(matches!(ended, JobState::Done { .. }), "{ended:?}"),
            false => assert_eq!(
                ended,
                JobState::Failed {
                    failure: Failure::Certificate {
                        address: base.clone(),
                        fingerprint: Some(fingerprint.clone()),
                    }
                }
            ),
        }
    }
}

#[tokio::test]
async fn a_target_test_reports_the_fingerprint_of_an_untrusted_certificate() {
    let Authority {
        tls, fingerprint, ..
    } = new_authority();
    let base = serve(tls).await;
    let folder = tempfile::tempdir().unwrap();
    let uploader =
        Uploader::open_with(folder.path(), Arc::new(FixedSecrets), Settings::default()).unwrap();
    let refused = uploader
        .test_target(&imgs_target(&base), KEY)
        .await
        .unwrap_err();
    assert_eq!(refused.code(), "certificate");
    assert!(refused.to_string().contains(&fingerprint), "{refused}");
}
