//! A library, a key, and everything around a request short of the network.

use std::io::Cursor;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use bytes::Bytes;
use http_body_util::BodyExt;
use image::{ImageFormat, RgbImage};
use library::{Clock, Library, NewApiKey, Scopes, SystemClock, SystemIds};
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::watch;

use crate::config::Config;
use crate::dialects::dialect::Dialect;
use crate::dialects::registry;
use crate::dialects::registry::DialectRouters;
use crate::http::middleware;
use crate::http::middleware::drain_body::DrainLimits;
use crate::state::App;
use crate::web_ui::spa::Spa;

pub struct World {
    pub app: App,
    pub library: Library,
    /// With all scopes.
    pub secret: String,
    pub folder: TempDir,
    doors: DialectRouters,
}

impl World {
    pub fn new() -> World {
        World::set(Config::default())
    }

    pub fn set(config: Config) -> World {
        World::at(config, Arc::new(SystemClock))
    }

    /// With a time of its own.
    pub fn at(config: Config, clock: Arc<dyn Clock>) -> World {
        World::made(config, clock, None)
    }

    /// With a page for browsers.
    pub fn with_page(page: Spa) -> World {
        World::made(Config::default(), Arc::new(SystemClock), Some(page))
    }

    fn made(config: Config, clock: Arc<dyn Clock>, page: Option<Spa>) -> World {
        let folder = TempDir::new().unwrap();
        let settings = config.library_settings();
        let library =
            Library::open_with(folder.path(), settings, clock, Arc::new(SystemIds)).unwrap();
        let secret = key(&library, Scopes::ALL);
        let app = App::new(config, library.clone(), page);
        let doors = registry::mount(&app);
        World {
            app,
            library,
            secret,
            folder,
            doors,
        }
    }

    /// With these dialects instead of the program's own.
    pub fn with_dialects(dialects: &[&'static Dialect]) -> World {
        let mut world = World::new();
        world.doors = DialectRouters::new(&world.app, dialects);
        world
    }

    pub fn key(&self, scopes: Scopes) -> String {
        key(&self.library, scopes)
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        self.send_from("127.0.0.1:5", request).await
    }

    pub async fn send_from(&self, peer: &str, request: Request<Body>) -> Answer {
        let bounds = DrainLimits {
            max_bytes: 1 << 30,
            idle_timeout: Duration::from_secs(60),
            total_timeout: Duration::from_secs(60),
            shutdown: watch::channel(false).1,
        };
        let peer: SocketAddr = peer.parse().unwrap();
        let response = middleware::respond(&self.app, &self.doors, &bounds, peer, request).await;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    /// Sends a request without a body or key.
    pub async fn ask(&self, method: &str, path: &str) -> Answer {
        self.send(request(method, path).body(Body::empty()).unwrap())
            .await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path).await
    }

    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let with = |builder: axum::http::request::Builder, (name, value): &(&str, &str)| {
            builder.header(*name, *value)
        };
        let builder = headers.iter().fold(request("GET", path), with);
        self.send(builder.body(Body::empty()).unwrap()).await
    }

    /// Uploads a file as curl does.
    pub async fn upload(&self, bytes: &[u8]) -> Answer {
        self.send(upload(
            &self.secret,
            &[part("name=\"file\"; filename=\"a.png\"", bytes)],
        ))
        .await
    }

    /// Uploads a picture and answers its path, `/{id}`.
    pub async fn put(&self, bytes: &[u8]) -> String {
        let answer = self.upload(bytes).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        format!("/{}", answer.json()["id"].as_str().unwrap())
    }

    /// Files left in the library's folder of uploads on their way.
    pub fn left_behind(&self) -> usize {
        self.folder
            .path()
            .join("incoming")
            .read_dir()
            .unwrap()
            .count()
    }
}

#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// A header's text; empty if it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// Asserts a refusal in the words of imgs.
    #[track_caller]
    pub fn refuses(&self, status: u16, words: &str) {
        assert_eq!(
            (self.status.as_u16(), &self.json()["error"]),
            (status, &Value::from(words))
        );
        assert_eq!(self.header("content-type"), "application/json");
        assert_eq!(self.header("cache-control"), "no-store");
    }

    /// Width, height and format of the picture in the body.
    pub fn picture(&self) -> (u32, u32, ImageFormat) {
        let format = image::guess_format(&self.body).unwrap();
        let picture = image::load_from_memory(&self.body).unwrap();
        (picture.width(), picture.height(), format)
    }
}

pub fn request(method: &str, path: &str) -> axum::http::request::Builder {
    Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, "nas:4870")
}

const BOUNDARY: &str = "a-boundary";

/// One part of a form: its Content-Disposition after `form-data; `, and its content.
pub fn part(disposition: &str, content: &[u8]) -> Vec<u8> {
    let mut part = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n")
        .into_bytes();
    part.extend(content);
    part.extend(b"\r\n");
    part
}

pub fn form(parts: &[Vec<u8>]) -> Vec<u8> {
    let mut form = parts.concat();
    form.extend(format!("--{BOUNDARY}--\r\n").into_bytes());
    form
}

pub fn upload(secret: &str, parts: &[Vec<u8>]) -> Request<Body> {
    upload_body(secret, form(parts).into())
}

pub fn upload_body(secret: &str, body: Body) -> Request<Body> {
    request("POST", "/upload")
        .header(header::AUTHORIZATION, format!("Bearer {secret}"))
        .header(
            header::CONTENT_TYPE,
            format!("multipart/form-data; boundary={BOUNDARY}"),
        )
        .body(body)
        .unwrap()
}

/// A picture in which no two places are alike.
pub fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let pixels = RgbImage::from_fn(width, height, |x, y| {
        image::Rgb([(x % 251) as u8, (y % 241) as u8, ((x + y) % 239) as u8])
    });
    let mut file = Cursor::new(Vec::new());
    pixels.write_to(&mut file, format).unwrap();
    file.into_inner()
}

pub fn png(width: u32, height: u32) -> Vec<u8> {
    picture(width, height, ImageFormat::Png)
}

fn key(library: &Library, scopes: Scopes) -> String {
    let (_, secret) = library
        .create_api_key(NewApiKey {
            scopes,
            ..NewApiKey::default()
        })
        .unwrap();
    secret.expose().to_owned()
}
