//! The description at `/api/openapi.json`, held against the program that serves it: every place that it names is
//! there, and answers with a status and a kind of body that it names.

use serde_json::{Value, json};
use tests::{Answer, Form, Request, Vitrine, picture};

#[test]
fn every_described_operation_is_there_and_answers_as_described() {
    let vitrine = Vitrine::with(&[("allow_guest_uploads", "true"), ("allow_signup", "true")]);
    let api = vitrine.get("/api/openapi.json").is(200).json();
    let version = api["openapi"].as_str().expect("a version");
    assert!(version.starts_with("3.1."), "{version}");

    let places = ExamplePaths::new(&vitrine);
    let mut operations = operations(&api);
    // What deletes by its address alone comes last.
    operations.sort_by_key(|(path, ..)| path.contains("/delete/"));
    assert!(operations.len() > 80, "{} operations", operations.len());
    for (path, method, operation) in operations {
        let place = places.real(path);
        let answer = vitrine.send(&Request::new(&method, &place));
        let asked = format!("{method} {path}, asked as {place}");
        // Without a key and a body most are refused; that their place is there is known by how.
        let not_yet = !answer.header("retry-after").is_empty();
        assert_ne!(answer.status, 405, "{asked}: {answer}");
        assert!(answer.status != 404 || not_yet, "{asked}: {answer}");
        holds(operation, &answer, &asked);
    }
}

#[test]
fn responses_to_requests_with_a_key_are_described_too() {
    let vitrine = Vitrine::start();
    let api = vitrine.get("/api/openapi.json").is(200).json();
    let places = ExamplePaths::new(&vitrine);
    for (path, method, operation) in operations(&api) {
        if method != "GET" || path.contains("/delete/") {
            continue;
        }
        let request = Request::get(&places.real(path))
            .bearer(vitrine.key())
            .header("X-Api-Key", vitrine.key());
        let answer = vitrine.send(&request);
        holds(operation, &answer, &format!("GET {path} with a key"));
        let of_key = ["key", "key_in_header"];
        let asks_for_it = operation["security"].as_array().is_some_and(|needed| {
            let schemes = needed.iter().filter_map(Value::as_object);
            schemes
                .flat_map(|scheme| scheme.keys())
                .any(|name| of_key.contains(&name.as_str()))
        });
        if asks_for_it {
            assert_ne!(answer.status, 401, "GET {path}: {answer}");
        }
    }
}

/// The answer's status and kind of body are among those that are described.
#[track_caller]
fn holds(operation: &Value, answer: &Answer, asked: &str) {
    let status = answer.status.to_string();
    let described = match &operation["responses"][&status] {
        Value::Null if answer.status >= 500 => &operation["responses"]["5XX"],
        described => described,
    };
    assert!(
        described.is_object(),
        "{asked}: a status that is not described: {answer}"
    );
    let kind = answer.header("content-type");
    let kinds = described["content"].as_object();
    let known = match kinds {
        None => answer.body.is_empty(),
        Some(kinds) => kinds.keys().any(|known| match known.strip_suffix('*') {
            Some(group) => kind.starts_with(group),
            None => kind == known,
        }),
    };
    assert!(known, "{asked}: {kind} is not described: {answer}");
}

fn operations(api: &Value) -> Vec<(&str, String, &Value)> {
    let paths = api["paths"].as_object().expect("there are paths").iter();
    paths
        .flat_map(|(path, item)| {
            let methods = item.as_object().expect("a path has methods").iter();
            methods
                .map(move |(method, operation)| (path.as_str(), method.to_uppercase(), operation))
        })
        .collect()
}

/// The addresses of one picture in every dialect.
struct ExamplePaths {
    id: String,
    /// Described paths whose parameters are not just the picture's id, with their values.
    named: Vec<(&'static str, String)>,
}

impl ExamplePaths {
    fn new(vitrine: &Vitrine) -> ExamplePaths {
        let key = vitrine.key();
        let form = Form::new().with_file("source", "fountain.jpg", &picture::jpeg(300, 200));
        let uploaded = vitrine.send(&form.post("/api/1/upload").header("X-Api-Key", key));
        let uploaded = uploaded.is(200).json();
        let preset = Request::post("/api/v1/presets")
            .header("X-Api-Key", key)
            .body(json!({"name": "small", "params": "w_20,f_webp"}).to_string());
        vitrine.send(&preset).is(201);
        let listed = vitrine.send(&Request::get("/api/dashboard/images").bearer(key));
        let item = listed.is(200).json()["items"][0].clone();

        let place = |address: &Value| {
            let address = address
                .as_str()
                .unwrap_or_else(|| panic!("no address: {item}"));
            address.trim_start_matches(&vitrine.base()).to_owned()
        };
        let links = &item["links"];
        let id = item["id"].as_str().expect("an id").to_owned();
        let short = place(&links["imgs"]["url"]);
        let client = place(&links["media"]["deliveryBase"]);
        let client = client.trim_end_matches('/');
        let named = vec![
            ("/{id}", short.clone()),
            ("/{id}/original", format!("{short}/original")),
            ("/{id}/{width}", format!("{short}/100")),
            ("/img/{account}/{file}", place(&links["imgshare"]["native"])),
            (
                "/img/{account}/{size}/{file}",
                place(&links["imgshare"]["qvga"]),
            ),
            (
                "/t/{client}/{signature}/{transform}/{id}.{ext}",
                place(&links["media"]["url"]),
            ),
            (
                "/t/{client}/preset:{name}/{id}.{ext}",
                format!("{client}/preset:small/{id}.webp"),
            ),
            (
                "/images/{year}/{month}/{day}/{file}",
                place(&links["chevereto"]["url"]),
            ),
            ("/image/{name}", place(&links["chevereto"]["viewer"])),
            (
                "/image/{name}/delete/{password}",
                place(&uploaded["image"]["delete_url"]),
            ),
        ];
        ExamplePaths { id, named }
    }

    fn real(&self, path: &str) -> String {
        let named = self.named.iter().find(|(described, _)| *described == path);
        let real = match named {
            Some((_, real)) => real.clone(),
            None => path
                .replace("{id}", &self.id)
                .replace("{ext}", "jpg")
                .replace("{page}", "1")
                .replace("{version}", "1")
                .replace("{name}", "owner"),
        };
        assert!(!real.contains('{'), "{path}: nothing is known to ask for");
        real
    }
}
