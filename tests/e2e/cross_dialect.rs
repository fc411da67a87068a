//! One library behind five dialects: a picture is uploaded through one, viewed through another and deleted through
//! a third. Then all five answer 404 in their own format, at every address and in every size.

use serde_json::{Value, json};
use tests::{Answer, Form, Request, Vitrine, picture, until};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dialect {
    Imgs,
    Imgshare,
    Media,
    Slink,
    Chevereto,
}

use Dialect::*;

const DIALECTS: [Dialect; 5] = [Imgs, Imgshare, Media, Slink, Chevereto];

const WIDTH: u32 = 1100;

#[test]
fn an_image_uploaded_through_imgs_is_served_by_every_dialect_and_deleted_by_any() {
    upload_through(Imgs);
}

#[test]
fn an_image_uploaded_through_imgshare_is_served_by_every_dialect_and_deleted_by_any() {
    upload_through(Imgshare);
}

#[test]
fn an_image_uploaded_through_media_is_served_by_every_dialect_and_deleted_by_any() {
    upload_through(Media);
}

#[test]
fn an_image_uploaded_through_slink_is_served_by_every_dialect_and_deleted_by_any() {
    upload_through(Slink);
}

#[test]
fn an_image_uploaded_through_chevereto_is_served_by_every_dialect_and_deleted_by_any() {
    upload_through(Chevereto);
}

fn upload_through(entrance: Dialect) {
    let session = OwnerSession::open();
    // Other bytes under the same file name every time, so that nothing of the last one can pass for this one.
    let mut heights = 600..;
    for window in DIALECTS {
        for exit in deleting_dialects(entrance) {
            let way =
                format!("in through {entrance:?}, seen through {window:?}, out through {exit:?}");
            let height = heights.next().expect("heights enough");
            let picture = session.upload(entrance, picture::png(WIDTH, height), &way);
            for (address, shape) in picture.addresses(window) {
                session.shows(&picture, &address, shape, &way);
            }
            session.delete(exit, &picture);
            for dialect in DIALECTS {
                for (address, _) in picture.addresses(dialect) {
                    assert_not_found(
                        dialect,
                        session.vitrine.get(&address),
                        &format!("{way}: {address}"),
                    );
                }
                if let Some(request) = session.detail_request(dialect, &picture) {
                    assert_not_found(dialect, session.vitrine.send(&request), &way);
                }
            }
            assert_eq!(session.listed(), json!([]), "{way}");
        }
    }
    // A size that was being made while its picture was deleted goes when it is done.
    for folder in ["blobs", "variants", "incoming"] {
        until("nothing is left on the disk", || {
            session
                .vitrine
                .world()
                .files(folder)
                .is_empty()
                .then_some(())
        });
    }
}

/// Chevereto deletes by a link that only its own upload response contains.
fn deleting_dialects(entrance: Dialect) -> impl Iterator<Item = Dialect> {
    let all = DIALECTS.into_iter();
    all.filter(move |exit| *exit != Chevereto || entrance == Chevereto)
}

/// A server, and its owner's session.
struct OwnerSession {
    vitrine: Vitrine,
    /// Slink lets people in, not keys, where it comes to deleting.
    token: String,
}

/// A picture in the library, under all its names.
struct UploadedImage {
    bytes: Vec<u8>,
    id: String,
    links: Value,
    /// The response to the upload.
    upload_response: Value,
}

/// What an address shows.
#[derive(Clone, Copy)]
enum Representation {
    /// The very bytes that were uploaded.
    Original,
    Resized(u32, &'static str),
    Page,
}

use Representation::*;

impl OwnerSession {
    fn open() -> OwnerSession {
        let vitrine = Vitrine::start();
        let password = "Pa55 word";
        let arguments = ["account", "password", "owner", "--password-stdin"];
        let ran = vitrine
            .world()
            .run_with_input(&arguments, password.as_bytes());
        ran.ended(0);
        let body = json!({ "username": "owner", "password": password });
        let request = Request::post("/api/auth/login")
            .header("Content-Type", "application/json")
            .body(body.to_string());
        let token = text(&vitrine.send(&request).is(200).json()["access_token"]);
        OwnerSession { vitrine, token }
    }

    /// Brings a picture in, and finds all its names in the dashboard.
    #[track_caller]
    fn upload(&self, dialect: Dialect, bytes: Vec<u8>, way: &str) -> UploadedImage {
        let key = self.vitrine.key();
        let form = Form::new();
        let (request, status, link) = match dialect {
            Imgs => {
                let form = form.with_file("file", "cat.png", &bytes);
                (form.post("/upload").bearer(key), 200, "/original")
            }
            Imgshare => {
                let form = form
                    .with_text("token", key)
                    .with_text("preserve_filename", "1")
                    .with_file("file", "cat.png", &bytes);
                (form.post("/api/v1/img_upload.php"), 200, "/native")
            }
            Media => {
                let form = form.with_file("file", "cat.png", &bytes);
                let request = form.post("/api/v1/images").header("X-Api-Key", key);
                (request, 201, "/thumbnailUrl")
            }
            Slink => {
                let form = form.with_file("image", "cat.png", &bytes);
                (form.post("/api/external/upload").bearer(key), 201, "/url")
            }
            Chevereto => {
                let form = form.with_file("source", "cat.png", &bytes);
                let request = form.post("/api/1/upload").header("X-API-Key", key);
                (request, 200, "/image/url")
            }
        };
        let upload_response = self.vitrine.send(&request).is(status).json();
        let items = self.listed();
        let item = &items[0];
        let picture = UploadedImage {
            bytes,
            id: text(&item["id"]),
            links: item["links"].clone(),
            upload_response,
        };
        let given = text(picture.upload_response.pointer(link).expect("a link"));
        let known = picture.addresses(dialect);
        assert!(
            known.iter().any(|(address, _)| *address == path(&given)),
            "{way}: {given} is not among {item}"
        );
        picture
    }

    /// The pictures in the dashboard.
    #[track_caller]
    fn listed(&self) -> Value {
        let request = Request::get("/api/dashboard/images").bearer(self.vitrine.key());
        self.vitrine.send(&request).is(200).json()["items"].clone()
    }

    #[track_caller]
    fn shows(&self, picture: &UploadedImage, address: &str, shape: Representation, way: &str) {
        // IMGSHARE's reductions come within a minute.
        let answer = until(&format!("{address} is there, {way}"), || {
            let answer = self.vitrine.get(address);
            let waits = answer.status == 404 && !answer.header("retry-after").is_empty();
            (!waits).then_some(answer)
        });
        assert_eq!(answer.status, 200, "{way}: {address}: {answer}");
        let media_type = answer.header("content-type");
        match shape {
            Original => {
                assert_eq!(media_type, "image/png", "{way}: {address}");
                assert!(answer.body == picture.bytes, "{way}: {address}");
            }
            Resized(width, expected) => {
                assert_eq!(media_type, expected, "{way}: {address}");
                assert_eq!(answer.picture().width(), width, "{way}: {address}");
            }
            Page => assert_eq!(media_type, "text/html; charset=utf-8", "{way}: {address}"),
        }
    }

    #[track_caller]
    fn delete(&self, dialect: Dialect, picture: &UploadedImage) {
        let (key, id) = (self.vitrine.key(), &picture.id);
        let (request, status) = match dialect {
            Imgs => (Request::delete(&picture.path("/imgs/url")).bearer(key), 200),
            Imgshare => {
                let form = Form::new()
                    .with_text("token", key)
                    .with_text("filename", &picture.path("/imgshare/native"));
                (form.post("/api/v1/img_delete.php"), 200)
            }
            Media => {
                let request = Request::delete(&format!("/api/v1/images/{id}"));
                (request.header("X-Api-Key", key), 200)
            }
            Slink => {
                let request = Request::delete(&format!("/api/image/{id}"));
                (request.bearer(&self.token), 204)
            }
            Chevereto => {
                let link = text(&picture.upload_response["image"]["delete_url"]);
                (Request::get(path(&link)), 301)
            }
        };
        self.vitrine.send(&request).is(status);
    }

    /// The request for an image's details, if the dialect has one.
    fn detail_request(&self, dialect: Dialect, picture: &UploadedImage) -> Option<Request> {
        let id = &picture.id;
        match dialect {
            Media => {
                let request = Request::get(&format!("/api/v1/images/{id}"));
                Some(request.header("X-Api-Key", self.vitrine.key()))
            }
            Slink => {
                let request = Request::get(&format!("/api/image/{id}/detail"));
                Some(request.bearer(&self.token))
            }
            Imgs | Imgshare | Chevereto => None,
        }
    }
}

impl UploadedImage {
    /// Every address of the image in a dialect, and what it shows.
    #[track_caller]
    fn addresses(&self, dialect: Dialect) -> Vec<(String, Representation)> {
        match dialect {
            Imgs => {
                let url = self.path("/imgs/url");
                let sizes = [200, 400, 800].map(|width| {
                    (
                        self.path(&format!("/imgs/sizes/{width}")),
                        Resized(width, "image/png"),
                    )
                });
                let whole = [(self.path("/imgs/original"), Original), (url, Original)];
                whole.into_iter().chain(sizes).collect()
            }
            Imgshare => vec![
                (self.path("/imgshare/native"), Original),
                (self.path("/imgshare/xga"), Resized(1024, "image/jpeg")),
                (self.path("/imgshare/vga"), Resized(640, "image/jpeg")),
                (self.path("/imgshare/qvga"), Resized(320, "image/jpeg")),
            ],
            Media => vec![
                (self.path("/media/url"), Resized(WIDTH, "image/webp")),
                (self.path("/media/thumbnail"), Resized(240, "image/webp")),
            ],
            Slink => {
                let id = &self.id;
                vec![
                    (self.path("/slink/url"), Original),
                    (self.path("/slink/thumbnail"), Resized(300, "image/png")),
                    (format!("/image/{id}.png"), Original),
                    (format!("/api/image/{id}.png"), Original),
                    (format!("/image/{id}.jpg?w=150"), Resized(150, "image/jpeg")),
                ]
            }
            Chevereto => {
                let url = self.path("/chevereto/url");
                let sized = |mark| url.replace(".png", &format!(".{mark}.png"));
                vec![
                    (sized("th"), Resized(320, "image/png")),
                    (sized("md"), Resized(500, "image/png")),
                    (self.path("/chevereto/viewer"), Page),
                    (url, Original),
                ]
            }
        }
    }

    /// The path of one of its links.
    #[track_caller]
    fn path(&self, pointer: &str) -> String {
        let link = self.links.pointer(pointer);
        let link = link.unwrap_or_else(|| panic!("no {pointer} in {}", self.links));
        path(&text(link)).to_owned()
    }
}

/// Asserts a 404 in the dialect's format that may not be cached.
#[track_caller]
fn assert_not_found(dialect: Dialect, answer: Answer, way: &str) {
    assert_eq!(answer.status, 404, "{way}: {answer}");
    assert_eq!(
        answer.header("cache-control"),
        "no-store",
        "{way}: {answer}"
    );
    let media_type = answer.header("content-type");
    match dialect {
        Imgs => {
            answer.refuses(404, "Image not found");
        }
        Imgshare => {
            assert_eq!(media_type, "text/plain; charset=utf-8", "{way}: {answer}");
            assert!(answer.body.ends_with(b".\n"), "a sentence, {way}: {answer}");
            assert_eq!(answer.header("retry-after"), "", "{way}: {answer}");
        }
        Media => {
            assert_eq!(media_type, "application/json", "{way}: {answer}");
            assert!(answer.json()["error"].is_string(), "{way}: {answer}");
            assert_eq!(answer.json()["code"], "not_found", "{way}: {answer}");
        }
        Slink => {
            assert_eq!(media_type, "application/vnd.api+json", "{way}: {answer}");
            let title = "Slink.Shared.Infrastructure.Exception.NotFoundException";
            let error = json!({ "title": title, "message": "Resource not found" });
            assert_eq!(answer.json(), json!({ "error": error }), "{way}");
        }
        Chevereto => {
            assert_eq!(media_type, "text/html; charset=utf-8", "{way}: {answer}");
        }
    }
}

#[track_caller]
fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no text"))
        .to_owned()
}

/// An address from its path on.
fn path(address: &str) -> &str {
    let after_scheme = address.find("://").map_or(0, |at| at + 3);
    let start = address[after_scheme..].find('/').expect("a path");
    &address[after_scheme + start..]
}
