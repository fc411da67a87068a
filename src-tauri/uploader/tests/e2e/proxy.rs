//! How targets are reached: through a proxy, and trusting whom the user trusts.

use std::sync::Arc;

use uploader::{
    Failure, HttpClients, JobState, Network, Proxy, Settings, Source, Target, Uploader,
};

use crate::fake_server::{Behaviour, FakeServer, imgs_response};
use crate::harness::{FixedSecrets, imgs_target, png, wait_for_state};

fn network_with_proxy(proxy: &str) -> Network {
    Network {
        proxy: Proxy::At(proxy.to_owned()),
        ..Network::default()
    }
}

/// The first line of what a server hears that is made the proxy to a target.
async fn request_line_at_proxy(base: impl FnOnce(&FakeServer) -> String) -> String {
    let mut proxy = FakeServer::start(|_| Behaviour::Answer(imgs_response("a7xK9mPq2w"))).await;
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings {
        network: network_with_proxy(&proxy.base),
        ..Settings::default()
    };
    let uploader = Uploader::open_with(folder.path(), Arc::new(FixedSecrets), settings).unwrap();
    let mut events = uploader.events();
    let base = base(&proxy);
    uploader.set_target(Target {
        ..imgs_target(&base)
    });
    let source = Source::Bytes {
        name: "a.png".into(),
        bytes: png(4, 4),
    };
    let id = uploader.enqueue(vec![source]).await.unwrap()[0];
    wait_for_state(&mut events, id, |state| {
        matches!(state, JobState::Done { .. })
    })
    .await;
    let heard = proxy.received.recv().await.unwrap();
    heard.head.lines().next().unwrap().to_owned()
}

#[tokio::test]
async fn a_proxy_is_used_for_remote_targets_only() {
    let outside = request_line_at_proxy(|_| "http://pics.example".into()).await;
    assert_eq!(outside, "POST http://pics.example/upload HTTP/1.1");
    let itself = request_line_at_proxy(|server| server.base.clone()).await;
    assert_eq!(itself, "POST /upload HTTP/1.1");
}

#[test]
fn invalid_proxies_and_certificates_are_refused_at_once() {
    for address in ["", "proxy", "socks9://h:1", "ftp://h:1", "http://"] {
        let refused = HttpClients::new(&network_with_proxy(address)).map(drop);
        assert!(
            matches!(refused, Err(Failure::BadProxy { .. })),
            "{address} {refused:?}"
        );
    }
    let refused = HttpClients::new(&network_with_proxy("ftp://me:secret@h:1"))
        .map(drop)
        .unwrap_err();
    assert!(!refused.to_string().contains("secret"), "{refused}");
    for pem in [
        "",
        "words",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    ] {
        let network = Network {
            certificates: vec![pem.to_owned()],
            ..Network::default()
        };
        let refused = HttpClients::new(&network).map(drop);
        assert_eq!(refused, Err(Failure::BadCertificate), "{pem}");
    }
}
