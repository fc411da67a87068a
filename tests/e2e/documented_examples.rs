//! The command lines of the API's own documentation, verbatim but for host, key, path and id.

use serde_json::json;
use tests::vitrine::CommandOutput;
use tests::{Vitrine, picture};

const UPLOAD: &str = r#"curl -X POST https://imgs.modscape.com/upload \
-H "Authorization: Bearer YOUR_API_KEY" \
-F "file=@/path/to/photo.jpg""#;

const DELETE: &str = r#"curl -X DELETE https://imgs.modscape.com/a7xK9mPq2w \
-H "Authorization: Bearer YOUR_API_KEY""#;

fn shell(vitrine: &Vitrine, line: &str) -> CommandOutput {
    let line = line
        .replace("https://imgs.modscape.com", &vitrine.base())
        .replace("YOUR_API_KEY", vitrine.key());
    let mut command = vitrine.world().command("sh");
    command.args(["-c", &line]);
    CommandOutput::run(command, b"").ended(0)
}

#[test]
fn the_documented_curl_lines_upload_and_delete() {
    let vitrine = Vitrine::start();
    let photo = vitrine.world().file("photo.jpg", &picture::jpeg(2000, 100));
    let photo = photo.to_str().expect("a path in UTF-8");

    let answer = shell(&vitrine, &UPLOAD.replace("/path/to/photo.jpg", photo)).out;
    let answer: serde_json::Value = serde_json::from_str(&answer).expect("JSON");
    let id = answer["id"].as_str().expect("an id");
    let base = vitrine.base();
    let sizes: serde_json::Map<_, _> = [200, 400, 800, 1200, 1600]
        .map(|size| (size.to_string(), json!(format!("{base}/{id}/{size}"))))
        .into_iter()
        .collect();
    assert_eq!(
        answer,
        json!({ "id": id, "original": format!("{base}/{id}"), "sizes": sizes })
    );

    let shown = vitrine.get(&format!("/{id}/400")).is(200);
    assert_eq!(shown.picture().width(), 400);

    let deleted = shell(&vitrine, &DELETE.replace("a7xK9mPq2w", id)).out;
    let deleted: serde_json::Value = serde_json::from_str(&deleted).expect("JSON");
    assert_eq!(deleted, json!({ "deleted": id }));
    vitrine
        .get(&format!("/{id}"))
        .refuses(404, "Image not found");
}
