//! Deleting, methods, unknown paths, other sites, and the server's own pages.

use axum::body::Body;
use library::{NewAccount, NewApiKey, Scopes};

use super::harness::{World, png, request};

async fn delete(world: &World, secret: &str, path: &str) -> super::harness::Answer {
    let request = request("DELETE", path).header("authorization", format!("bearer {secret}"));
    world.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_deleted_image_is_gone_in_all_sizes() {
    let world = World::new();
    let path = world.put(&png(300, 200)).await;
    world.get(&format!("{path}/100")).await;
    let answer = delete(&world, &world.secret, &path).await;
    assert_eq!(
        (answer.status.as_u16(), answer.text()),
        (200, &*format!("{{\"deleted\":\"{}\"}}", &path[1..]))
    );
    for path in [
        path.clone(),
        format!("{path}/100"),
        format!("{path}/original"),
    ] {
        world.get(&path).await.refuses(404, "Image not found");
    }
    delete(&world, &world.secret, &path)
        .await
        .refuses(404, "Image not found");
}

#[tokio::test]
async fn only_the_owner_with_the_scope_deletes() {
    let world = World::new();
    let path = world.put(&png(300, 200)).await;
    world
        .ask("DELETE", &path)
        .await
        .refuses(401, "Unauthorized");
    delete(&world, "sk_wrong", &path)
        .await
        .refuses(401, "Unauthorized");
    let uploader = world.key(Scopes {
        delete: false,
        ..Scopes::ALL
    });
    delete(&world, &uploader, &path)
        .await
        .refuses(403, "Forbidden");
    world
        .library
        .add_account(NewAccount {
            name: "kitten".into(),
            ..NewAccount::default()
        })
        .unwrap();
    let (_, stranger) = world
        .library
        .create_api_key(NewApiKey {
            account: "kitten".into(),
            ..NewApiKey::default()
        })
        .unwrap();
    delete(&world, stranger.expose(), &path)
        .await
        .refuses(404, "Image not found");
    assert_eq!(world.get(&path).await.status, 200);
}

#[tokio::test]
async fn other_methods_are_refused_with_those_allowed() {
    let world = World::new();
    for (method, path, allowed) in [
        ("GET", "/upload", "POST"),
        ("HEAD", "/upload", "POST"),
        ("PUT", "/a7xK9mPq2w", "GET,HEAD,DELETE"),
        ("DELETE", "/a7xK9mPq2w/400", "GET,HEAD"),
        ("POST", "/", "GET,HEAD"),
    ] {
        let refused = world.ask(method, path).await;
        assert_eq!(
            (refused.status.as_u16(), refused.header("allow")),
            (405, allowed),
            "{method} {path}"
        );
        assert_eq!(refused.header("cache-control"), "no-store");
    }
    world
        .ask("PUT", "/upload")
        .await
        .refuses(405, "Method not allowed");
}

#[tokio::test]
async fn a_path_that_nobody_knows_is_a_json_404() {
    let world = World::new();
    for path in [
        "/api",
        "/api/",
        "/api/v9/thing",
        "/a/b/c",
        "/assets/nothing.css",
        "/a7xK9mPq2w/400/x",
    ] {
        world.get(path).await.refuses(404, "Not found");
    }
    for path in ["/nothing", "/no/thing", "/Upload"] {
        world.get(path).await.refuses(404, "Image not found");
    }
}

#[tokio::test]
async fn doubled_leading_and_trailing_slashes_lead_to_the_same_place() {
    let world = World::new();
    let path = world.put(&png(300, 200)).await;
    for spelled in [
        format!("/{path}"),
        format!("//{path}/"),
        format!("{path}/original/"),
    ] {
        assert_eq!(world.get(&spelled).await.status, 200, "{spelled}");
    }
    world
        .ask("POST", "//upload/")
        .await
        .refuses(401, "Unauthorized");
}

#[tokio::test]
async fn pages_of_other_sites_may_ask() {
    let world = World::new();
    for path in ["/upload", "/a7xK9mPq2w", "/anything/at/all", "*"] {
        let preflight = world.ask("OPTIONS", path).await;
        assert_eq!(preflight.status, 204);
        for (name, value) in [
            ("access-control-allow-origin", "*"),
            (
                "access-control-allow-methods",
                "GET, POST, PUT, PATCH, DELETE, OPTIONS",
            ),
            (
                "access-control-allow-headers",
                "Authorization, Content-Type, X-Api-Key, Accept",
            ),
            ("access-control-allow-credentials", ""),
        ] {
            assert_eq!(preflight.header(name), value);
        }
    }
    assert_eq!(
        world
            .ask("POST", "/upload")
            .await
            .header("access-control-allow-origin"),
        "*"
    );
}

#[tokio::test]
async fn pages_of_other_sites_hear_nothing_from_the_dashboard() {
    let world = World::new();
    for method in ["OPTIONS", "GET", "POST"] {
        for path in [
            "/api/dashboard",
            "/api/dashboard/keys",
            "//api/dashboard/keys/",
            "/dashboard/x",
            "/",
        ] {
            let answer = world.ask(method, path).await;
            assert!(answer.status != 204, "{method} {path}");
            let told = answer
                .headers
                .keys()
                .find(|name| name.as_str().starts_with("access-control-"));
            assert_eq!(told, None, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn the_landing_page_says_how_to_begin_and_loads_nothing_from_elsewhere() {
    let world = World::new();
    let path = world.put(&png(3, 3)).await;
    let page = world.get("/").await;
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert!(
        page.text()
            .contains("-F \"file=@photo.jpg\" http://nas:4870/upload")
    );
    assert!(!page.text().contains(&path[1..]));
    let policy = page.header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'") && !policy.contains("unsafe"),
        "{policy}"
    );
    assert!(!page.text().contains("src=\"http") && !page.text().contains("href=\"http"));
    assert_eq!(
        world
            .get("/assets/landing.css")
            .await
            .header("content-type"),
        "text/css; charset=utf-8"
    );
    assert!(
        world
            .get("/robots.txt")
            .await
            .text()
            .starts_with("User-agent: *")
    );
    let icon = world.get("/favicon.ico").await;
    assert_eq!(icon.header("content-type"), "image/x-icon");
    let icon = image_of(&icon.body);
    assert_eq!(icon, (16, 16));
}

/// Size of the image in an ICO file, checked against the file's own length.
fn image_of(ico: &[u8]) -> (u8, u8) {
    let length = u32::from_le_bytes(ico[14..18].try_into().unwrap());
    let place = u32::from_le_bytes(ico[18..22].try_into().unwrap());
    assert_eq!((length + place) as usize, ico.len());
    (ico[6], ico[7])
}

#[tokio::test]
async fn a_host_name_cannot_write_into_the_landing_page() {
    let world = World::new();
    let request = axum::http::Request::get("/")
        .header("host", "a'b&c")
        .body(Body::empty())
        .unwrap();
    let page = world.send(request).await;
    assert!(!page.text().contains("a'b&c"));
}
