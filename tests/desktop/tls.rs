//! A server whose certificate is not believed: what it showed can be compared, and the way on leads somewhere.

use std::sync::Arc;

use rcgen::generate_simple_self_signed;
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::drag::drop_files;
use crate::pictures::draw;
use crate::session::Session;
use crate::targets::add_target;
use crate::webdriver::Window;
use crate::{count_is, one_window_at_a_time};

/// A server that signed its certificate itself: its address, and the certificate's fingerprint.
async fn stranger() -> (String, String) {
    let shown = generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate");
    let key = PrivateKeyDer::try_from(shown.signing_key.serialize_der()).expect("its key");
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|config| {
            config
                .with_no_client_auth()
                .with_single_cert(vec![shown.cert.der().clone()], key)
        })
        .expect("a server's TLS");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("https://{}", listener.local_addr().expect("its number"));
    let tls = TlsAcceptor::from(Arc::new(config));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // A client that rejects the certificate disconnects here.
            let _ = tls.accept(stream).await;
        }
    });
    let pairs = Sha256::digest(shown.cert.der())
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect::<Vec<_>>();
    (base, pairs.join(":"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_that_is_not_believed_is_shown_by_its_fingerprint_and_leads_to_the_authorities()
 {
    let _alone = one_window_at_a_time().await;
    let desktop = Session::start();
    let (base, fingerprint) = stranger().await;
    let window = Window::open(&desktop).await;
    window.press("[data-screen=settings]").await;
    add_target(&window, "Office", &base, "sk_any").await;
    window
        .press("[data-target=Office] [data-action=test-target]")
        .await;
    let certificate = format!("[data-target=Office] [data-fingerprint=\"{fingerprint}\"]");
    window
        .until("the fingerprint", &count_is(&certificate, 1))
        .await;
    window.settle().await;
    desktop.screenshot("certificate-tested");

    window.press("[data-target=Office] input[type=radio]").await;
    window.press("[data-screen=\"\"]").await;
    let photo = draw(&desktop, "office.png", 300, 200);
    drop_files(&desktop, "Vitrine", &[photo]);
    window.press("li[data-state=failed] [data-menu=row]").await;
    window.press("[data-item=detail]").await;
    let certificate = format!("[data-dialog=row] [data-fingerprint=\"{fingerprint}\"]");
    window
        .until("the fingerprint", &count_is(&certificate, 1))
        .await;
    window.settle().await;
    desktop.screenshot("certificate-row");
    window.press(&format!("{certificate} a")).await;
    window
        .until("the authorities", &count_is("[data-card=network]", 1))
        .await;
    window.settle().await;
    desktop.screenshot("certificate-authorities");
}
