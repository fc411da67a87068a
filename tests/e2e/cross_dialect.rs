//! One library behind five doors: a picture comes in through one, is looked at through another and is deleted through
//! a third. Then it is gone from all five, at every address and in every size, and each says so in its own words.

use serde_json::{Value, json};
use tests::{Answer, Form, Request, Vitrine, picture, until};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Door {
    Imgs,
    Imgshare,
    Media,
    Slink,
    Chevereto,
}

use Door::*;

const DOORS: [Door; 5] = [Imgs, Imgshare, Media, Slink, Chevereto];

const WIDTH: u32 = 1100;

#[test]
fn what_came_in_through_imgs_is_seen_through_every_door_and_deleted_through_any() {
    come_in_through(Imgs);
}

#[test]
fn what_came_in_through_imgshare_is_seen_through_every_door_and_deleted_through_any() {
    come_in_through(Imgshare);
}

#[test]
fn what_came_in_through_media_is_seen_through_every_door_and_deleted_through_any() {
    come_in_through(Media);
}

#[test]
fn what_came_in_through_slink_is_seen_through_every_door_and_deleted_through_any() {
    come_in_through(Slink);
}

#[test]
fn what_came_in_through_chevereto_is_seen_through_every_door_and_deleted_through_any() {
    come_in_through(Chevereto);
}

fn come_in_through(entrance: Door) {
    let house = House::open();
    // Other bytes under the same file name every time, so that nothing of the last one can pass for this one.
    let mut heights = 600..;
    for window in DOORS {
        for exit in exits(entrance) {
            let way =
                format!("in through {entrance:?}, seen through {window:?}, out through {exit:?}");
            let height = heights.next().expect("heights enough");
            let picture = house.upload(entrance, picture::png(WIDTH, height), &way);
            for (address, shape) in picture.addresses(window) {
                house.shows(&picture, &address, shape, &way);
            }
            house.delete(exit, &picture);
            for door in DOORS {
                for (address, _) in picture.addresses(door) {
                    says_gone(
                        door,
                        house.vitrine.get(&address),
                        &format!("{way}: {address}"),
                    );
                }
                if let Some(request) = house.asks_about(door, &picture) {
                    says_gone(door, house.vitrine.send(&request), &way);
                }
            }
            assert_eq!(house.listed(), json!([]), "{way}");
        }
    }
    // A size that was being made while its picture was deleted goes when it is done.
    for folder in ["blobs", "variants", "incoming"] {
        until("nothing is left on the disk", || {
            house.vitrine.world().files(folder).is_empty().then_some(())
        });
    }
}

/// Chevereto deletes by a link that nobody knows but who uploaded through it.
fn exits(entrance: Door) -> impl Iterator<Item = Door> {
    let all = DOORS.into_iter();
    all.filter(move |exit| *exit != Chevereto || entrance == Chevereto)
}

/// A server, and its owner at every door.
struct House {
    vitrine: Vitrine,
    /// Slink lets people in, not keys, where it comes to deleting.
    token: String,
}

/// A picture in the library, under all its names.
struct Picture {
    bytes: Vec<u8>,
    id: String,
    links: Value,
    /// What the door said to whom it let in.
    welcome: Value,
}

/// What an address shows.
#[derive(Clone, Copy)]
enum Shape {
    /// The very bytes that were uploaded.
    Verbatim,
    Wide(u32, &'static str),
    Page,
}

use Shape::*;

impl House {
    fn open() -> House {
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
        House { vitrine, token }
    }

    /// Brings a picture in, and finds all its names in the dashboard.
    #[track_caller]
    fn upload(&self, door: Door, bytes: Vec<u8>, way: &str) -> Picture {
        let key = self.vitrine.key();
        let form = Form::new();
        let (request, status, link) = match door {
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
        let welcome = self.vitrine.send(&request).is(status).json();
        let items = self.listed();
        let item = &items[0];
        let picture = Picture {
            bytes,
            id: text(&item["id"]),
            links: item["links"].clone(),
            welcome,
        };
        let given = text(picture.welcome.pointer(link).expect("a link"));
        let known = picture.addresses(door);
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
    fn shows(&self, picture: &Picture, address: &str, shape: Shape, way: &str) {
        // IMGSHARE's reductions come within a minute.
        let answer = until(&format!("{address} is there, {way}"), || {
            let answer = self.vitrine.get(address);
            let waits = answer.status == 404 && !answer.header("retry-after").is_empty();
            (!waits).then_some(answer)
        });
        assert_eq!(answer.status, 200, "{way}: {address}: {answer}");
        let media_type = answer.header("content-type");
        match shape {
            Verbatim => {
                assert_eq!(media_type, "image/png", "{way}: {address}");
                assert!(answer.body == picture.bytes, "{way}: {address}");
            }
            Wide(width, expected) => {
                assert_eq!(media_type, expected, "{way}: {address}");
                assert_eq!(answer.picture().width(), width, "{way}: {address}");
            }
            Page => assert_eq!(media_type, "text/html; charset=utf-8", "{way}: {address}"),
        }
    }

    #[track_caller]
    fn delete(&self, door: Door, picture: &Picture) {
        let (key, id) = (self.vitrine.key(), &picture.id);
        let (request, status) = match door {
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
                let link = text(&picture.welcome["image"]["delete_url"]);
                (Request::get(path(&link)), 301)
            }
        };
        self.vitrine.send(&request).is(status);
    }

    /// What a door's own API answers of a picture, where it has such a question.
    fn asks_about(&self, door: Door, picture: &Picture) -> Option<Request> {
        let id = &picture.id;
        match door {
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

impl Picture {
    /// Every address that a door has for it, and what is seen there.
    #[track_caller]
    fn addresses(&self, door: Door) -> Vec<(String, Shape)> {
        match door {
            Imgs => {
                let url = self.path("/imgs/url");
                let sizes = [200, 400, 800].map(|width| {
                    (
                        self.path(&format!("/imgs/sizes/{width}")),
                        Wide(width, "image/png"),
                    )
                });
                let whole = [(self.path("/imgs/original"), Verbatim), (url, Verbatim)];
                whole.into_iter().chain(sizes).collect()
            }
            Imgshare => vec![
                (self.path("/imgshare/native"), Verbatim),
                (self.path("/imgshare/xga"), Wide(1024, "image/jpeg")),
                (self.path("/imgshare/vga"), Wide(640, "image/jpeg")),
                (self.path("/imgshare/qvga"), Wide(320, "image/jpeg")),
            ],
            Media => vec![
                (self.path("/media/url"), Wide(WIDTH, "image/webp")),
                (self.path("/media/thumbnail"), Wide(240, "image/webp")),
            ],
            Slink => {
                let id = &self.id;
                vec![
                    (self.path("/slink/url"), Verbatim),
                    (self.path("/slink/thumbnail"), Wide(300, "image/png")),
                    (format!("/image/{id}.png"), Verbatim),
                    (format!("/api/image/{id}.png"), Verbatim),
                    (format!("/image/{id}.jpg?w=150"), Wide(150, "image/jpeg")),
                ]
            }
            Chevereto => {
                let url = self.path("/chevereto/url");
                let sized = |mark| url.replace(".png", &format!(".{mark}.png"));
                vec![
                    (sized("th"), Wide(320, "image/png")),
                    (sized("md"), Wide(500, "image/png")),
                    (self.path("/chevereto/viewer"), Page),
                    (url, Verbatim),
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

/// A 404 in the door's own words, which nobody may keep.
#[track_caller]
fn says_gone(door: Door, answer: Answer, way: &str) {
    assert_eq!(answer.status, 404, "{way}: {answer}");
    assert_eq!(
        answer.header("cache-control"),
        "no-store",
        "{way}: {answer}"
    );
    let media_type = answer.header("content-type");
    match door {
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
