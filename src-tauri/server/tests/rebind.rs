//! Listening elsewhere while the server runs.

use image::ImageFormat;
use tokio::net::{TcpListener, TcpStream};

use super::harness::{form, part, picture};
use super::wire::{Client, served};
use crate::{Config, StartError};

const ASK: &str = "GET /aaaaaaaaaa HTTP/1.1\r\nHost: nas\r\n\r\n";

#[tokio::test]
async fn a_slow_download_from_the_address_before_ends_whole() {
    let served = served(Config::default()).await;
    let before = served.running.address();
    // Far more than the system holds for a client that does not read.
    let file = picture(2400, 2400, ImageFormat::Bmp);
    let body = form(&[part("name=\"file\"; filename=\"a.bmp\"", &file)]);
    let mut client = served.connect().await;
    let length = format!("Content-Length: {}", body.len());
    client.write(served.head(&served.secret, &length)).await;
    client.write(&body).await;
    let (_, answer) = client.read().await;
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    let id = answer["id"].as_str().unwrap();
    let ask = format!("GET /{id}/original HTTP/1.1\r\nHost: nas\r\nConnection: close\r\n\r\n");
    client.write(ask).await;
    let head = client.read_head().await;
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");

    let after = served.running.rebind("127.0.0.1:0".parse().unwrap()).await;
    let after = after.unwrap();
    assert_ne!(after, before);
    assert_eq!(served.running.address(), after);
    assert!(TcpStream::connect(before).await.is_err());
    let mut other = served.connect().await;
    other.write(ASK).await;
    assert!(other.read().await.0.starts_with("HTTP/1.1 404"));
    let serving = library::current_server(served.library.folder()).unwrap();
    assert_eq!(serving.unwrap().address, Some(after));

    assert!(client.read_rest().await == file, "the download was cut");
}

#[tokio::test]
async fn one_port_goes_from_this_computer_to_all_addresses_and_back() {
    let served = served(Config::default()).await;
    let here = served.running.address();
    let mut kept = served.connect().await;
    let everywhere = format!("0.0.0.0:{}", here.port()).parse().unwrap();
    assert_eq!(served.running.rebind(everywhere).await.unwrap(), everywhere);
    assert_eq!(served.running.rebind(everywhere).await.unwrap(), everywhere);
    let mut new = Client::new(TcpStream::connect(here).await.unwrap());
    for client in [&mut kept, &mut new] {
        client.write(ASK).await;
        assert!(client.read().await.0.starts_with("HTTP/1.1 404"));
    }
    assert_eq!(served.running.rebind(here).await.unwrap(), here);
    new.write(ASK).await;
    assert!(new.read().await.0.starts_with("HTTP/1.1 404"));
}

#[tokio::test]
async fn an_address_that_cannot_be_had_changes_nothing_and_is_named() {
    let served = served(Config::default()).await;
    let before = served.running.address();
    let others = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let taken = others.local_addr().unwrap();
    let refused = served.running.rebind(taken).await;
    assert!(matches!(refused, Err(StartError::AddressTaken(address)) if address == taken));
    // An address for documentation, which no computer has; our own port is in nobody's way there.
    let elsewhere = format!("192.0.2.1:{}", before.port()).parse().unwrap();
    let refused = served.running.rebind(elsewhere).await.unwrap_err();
    assert!(refused.to_string().contains("192.0.2.1"), "{refused}");

    assert_eq!(served.running.address(), before);
    let mut client = served.connect().await;
    client.write(ASK).await;
    assert!(client.read().await.0.starts_with("HTTP/1.1 404"));
    let serving = library::current_server(served.library.folder()).unwrap();
    assert_eq!(serving.unwrap().address, Some(before));
}
