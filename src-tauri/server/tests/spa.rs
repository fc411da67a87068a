//! The dashboard's page at `/`, where the program has one inside.

use bytes::Bytes;

use super::harness::World;
use crate::web_ui::spa::Spa;

const HTML: &str = "<!doctype html><script type=\"module\" src=\"/assets/index-1a2b.js\"></script>";

fn world() -> World {
    let script = "console.log('a page');".repeat(100);
    World::with_page(Spa::from_files([
        ("index.html".to_owned(), Bytes::from_static(HTML.as_bytes())),
        ("assets/index-1a2b.js".to_owned(), Bytes::from(script)),
    ]))
}

#[tokio::test]
async fn the_front_page_is_asked_for_again_and_may_load_only_what_is_ours() {
    let world = world();
    let page = world.get("/").await;
    assert_eq!((page.status.as_u16(), page.text()), (200, HTML));
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(page.header("cache-control"), "no-cache");
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    assert_eq!(page.header("access-control-allow-origin"), "");
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'self';"));
    assert!(!policy.contains("unsafe") && !policy.contains("http"));

    let etag = page.header("etag");
    let again = world.get_with("/", &[("if-none-match", etag)]).await;
    assert_eq!((again.status.as_u16(), again.body.len()), (304, 0));
    assert_eq!(again.header("etag"), etag);
    let other = world.get_with("/", &[("if-none-match", "\"other\"")]).await;
    assert_eq!(other.status, 200);
}

#[tokio::test]
async fn files_of_the_page_may_be_kept_for_good_and_come_packed_to_whom_that_is_known() {
    let world = world();
    let script = world.get("/assets/index-1a2b.js").await;
    assert_eq!(script.status, 200);
    assert_eq!(
        script.header("content-type"),
        "text/javascript; charset=utf-8"
    );
    assert_eq!(
        script.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    assert_eq!(script.header("vary"), "Accept-Encoding");
    assert_eq!(script.header("content-encoding"), "");

    let asked = [("accept-encoding", "br, gzip")];
    let packed = world.get_with("/assets/index-1a2b.js", &asked).await;
    assert_eq!(packed.header("content-encoding"), "gzip");
    assert_ne!(packed.header("etag"), script.header("etag"));
    let mut read = String::new();
    let mut unpacked = flate2::read::GzDecoder::new(&packed.body[..]);
    std::io::Read::read_to_string(&mut unpacked, &mut read).unwrap();
    assert_eq!(read, script.text());
    assert!(packed.body.len() < script.body.len() / 4);
}

#[tokio::test]
async fn what_the_page_has_not_is_nowhere_and_its_files_take_no_other_method() {
    let world = world();
    for path in [
        "/assets/other.js",
        "/assets/",
        "/assets/a/b.js",
        "/assets/..%2findex.html",
    ] {
        assert_eq!(world.get(path).await.status, 404, "{path}");
    }
    let head = world.ask("HEAD", "/assets/index-1a2b.js").await;
    assert_eq!((head.status.as_u16(), head.body.len()), (200, 0));
    assert_eq!(world.ask("POST", "/assets/index-1a2b.js").await.status, 405);
    // Without a page inside there are no files of one.
    let without = World::new();
    assert_eq!(without.get("/assets/index-1a2b.js").await.status, 404);
}
