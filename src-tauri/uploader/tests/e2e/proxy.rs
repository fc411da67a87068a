//! How targets are reached: through a proxy, and trusting whom the user trusts.

use std::sync::Arc;

use uploader::{
    Connections, Failure, JobState, Network, Proxy, Settings, Source, Target, Uploader,
};

use crate::fake_server::{Manners, Server, links};
use crate::harness::{Open, png, state, target};

fn through(proxy: &str) -> Network {
    Network {
        proxy: Proxy::At(proxy.to_owned()),
        ..Network::default()
    }
}

/// The first line of what a server hears that is made the proxy to a target.
async fn heard(base: impl FnOnce(&Server) -> String) -> String {
    let mut proxy = Server::start(|_| Manners::Answer(links("a7xK9mPq2w"))).await;
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings {
        network: through(&proxy.base),
        ..Settings::default()
    };
    let uploader = Uploader::open_with(folder.path(), Arc::new(Open), settings).unwrap();
    let mut events = uploader.events();
    let base = base(&proxy);
    uploader.set_target(Target { ..target(&base) });
    let source = Source::Bytes {
        name: "a.png".into(),
        bytes: png(4, 4),
    };
    let id = uploader.enqueue(vec![source]).await.unwrap()[0];
    state(&mut events, id, |state| {
        matches!(state, JobState::Done { .. })
    })
    .await;
    let heard = proxy.heard.recv().await.unwrap();
    heard.head.lines().next().unwrap().to_owned()
}

#[tokio::test]
async fn a_proxy_stands_between_this_computer_and_others_and_not_before_itself() {
    let outside = heard(|_| "http://pics.example".into()).await;
    assert_eq!(outside, "POST http://pics.example/upload HTTP/1.1");
    let itself = heard(|server| server.base.clone()).await;
    assert_eq!(itself, "POST /upload HTTP/1.1");
}

#[test]
fn what_is_no_proxy_and_what_is_no_certificate_is_refused_at_once() {
    for address in ["", "proxy", "socks9://h:1", "ftp://h:1", "http://"] {
        let refused = Connections::new(&through(address)).map(drop);
        assert!(
            matches!(refused, Err(Failure::BadProxy { .. })),
            "{address} {refused:?}"
        );
    }
    let refused = Connections::new(&through("ftp://me:secret@h:1"))
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
        let refused = Connections::new(&network).map(drop);
        assert_eq!(refused, Err(Failure::BadCertificate), "{pem}");
    }
}
