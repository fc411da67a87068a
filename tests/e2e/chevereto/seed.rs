//! The command line and the example answers of the API's own documentation, verbatim but for host, key and file.

use serde_json::Value;
use tests::vitrine::CommandOutput;
use tests::{Vitrine, picture};

const UPLOAD: &str = r#"curl --fail-with-body -X POST \
	-H "X-API-Key: YOUR_API_KEY" \
	-H "Content-Type: multipart/form-data" \
	-F "source=@image.jpeg" \
	https://www.imgz.io/api/1/upload"#;

/// The documentation's example is of a video, so a picture's answer lacks `frame`.
const EXAMPLE: &str = r#"{
  "status_code": 200, "success": { "message": "file uploaded", "code": 200 },
  "image": {
    "name": "Badgers-animated-music-video", "extension": "mp4", "size": 3011299, "width": 496, "height": 360,
    "date": "2024-10-10 16:58:00", "date_gmt": "2024-10-10 19:58:00", "title": "Badgers animated music video MrWeebl",
    "tags": [], "description": null, "nsfw": 0, "storage_mode": "datefolder",
    "checksum": "7a120d5c28de264bdbb934f023a628fd", "source_checksum": null,
    "original_filename": "Badgers _ animated music video _ MrWeebl.mp4", "original_exifdata": null, "views": 0,
    "category_id": null, "chain": 21, "thumb_size": 21212, "medium_size": 0, "frame_size": 19804,
    "expiration_date_gmt": "2024-10-10 20:28:00", "likes": 0, "is_animated": 0, "is_approved": 1, "is_360": 0,
    "duration": 73, "type": "video", "tags_string": "", "file": { "resource": { "type": "url" } },
    "id_encoded": "ZfGd", "filename": "Badgers-animated-music-video.mp4", "mime": "video/mp4",
    "url": "http://localhost/images/2024/10/10/Badgers-animated-music-video.mp4", "ratio": 1.3777777777777778,
    "size_formatted": "3 MB",
    "image": { "filename": "a", "name": "a", "mime": "a", "extension": "a", "url": "a", "size": 3011299 },
    "thumb": { "filename": "a", "name": "a", "mime": "a", "extension": "a", "url": "a", "size": 21212 },
    "url_frame": "a",
    "medium": { "filename": null, "name": null, "mime": null, "extension": null, "url": null },
    "duration_time": "01:13", "url_viewer": "a", "path_viewer": "a", "url_short": "a", "display_url": "a",
    "display_width": 496, "display_height": 360, "views_label": "views", "likes_label": "likes",
    "how_long_ago": "moments ago", "date_fixed_peer": "2024-10-10 19:58:00",
    "title_truncated": "Badgers animated music vi...", "title_truncated_html": "Badgers animated music vi...",
    "is_use_loader": false, "display_title": "Badgers animated music video MrWeebl", "delete_url": "a"
  },
  "status_txt": "OK"
}"#;

fn shell(vitrine: &Vitrine, line: &str) -> CommandOutput {
    let line = line
        .replace("https://www.imgz.io", &vitrine.base())
        .replace("YOUR_API_KEY", vitrine.key());
    let mut command = vitrine.world().command("sh");
    command.args(["-c", &line]);
    CommandOutput::run(command, b"")
}

/// Every field of the example, in the example's types.
#[track_caller]
fn assert_shaped(place: &str, example: &Value, answer: &Value) {
    match (example, answer) {
        (Value::Object(example), Value::Object(answer)) => {
            for (name, value) in example {
                let found = answer.get(name);
                let found = found.unwrap_or_else(|| panic!("{place}.{name} is missing"));
                assert_shaped(&format!("{place}.{name}"), value, found);
            }
        }
        (Value::Null, _) | (Value::String(_), Value::Null | Value::String(_)) => {}
        (Value::Number(_), Value::Number(_))
        | (Value::Bool(_), Value::Bool(_))
        | (Value::Array(_), Value::Array(_)) => {}
        _ => panic!("{place} is {answer}, the example has {example}"),
    }
}

#[test]
fn the_documented_curl_line_is_answered_like_the_documented_example() {
    let vitrine = Vitrine::start();
    vitrine.world().file("image.jpeg", &picture::jpeg(800, 600));
    let answer = shell(&vitrine, UPLOAD).ended(0).out;
    let answer: Value = serde_json::from_str(&answer).expect("JSON");
    let example: Value = serde_json::from_str(EXAMPLE).expect("JSON");
    assert_shaped("answer", &example, &answer);
    assert_eq!(answer["status_code"], 200);
    assert_eq!(answer["success"], example["success"]);
    assert_eq!(answer["status_txt"], "OK");
    let url = answer["image"]["url"].as_str().expect("a text");
    let shown = vitrine.get(&url[vitrine.base().len()..]).is(200);
    assert_eq!(shown.picture().width(), 800);
}

#[test]
fn the_documented_text_and_redirect_answers_are_those() {
    let vitrine = Vitrine::start();
    vitrine.world().file("image.jpeg", &picture::jpeg(80, 60));
    let text = UPLOAD.replace("source=@image.jpeg\"", "source=@image.jpeg\" -F format=txt");
    let url = shell(&vitrine, &text).ended(0).out;
    let path = url
        .strip_prefix(&vitrine.base())
        .expect("an address and nothing else");
    vitrine.get(path).is(200);
    let redirect = UPLOAD.replace("curl ", "curl -s -o /dev/null -D - -F format=redirect ");
    let head = shell(&vitrine, &redirect).ended(0).out;
    let place = head
        .lines()
        .find_map(|line| line.strip_prefix("location: "));
    let place = place.expect("a Location").trim_end();
    assert!(place.starts_with("/image/image."), "{place}");
    vitrine.get(place).is(200);
}

#[test]
fn curl_fails_where_the_upload_does_and_still_shows_why() {
    let vitrine = Vitrine::start();
    vitrine.world().file("image.jpeg", b"no picture");
    let ran = shell(&vitrine, UPLOAD).ended(22);
    let answer: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(answer["error"]["message"], "Invalid image");
}
