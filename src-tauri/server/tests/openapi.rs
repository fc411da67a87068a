//! The description of all doors: served, whole, and the same as the one under `docs/`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::harness::World;
use crate::dialects::registry::{DIALECTS, build_document};

/// What `make openapi` writes.
const DOCS: &str = "../../docs/openapi.json";

fn description() -> Value {
    serde_json::to_value(build_document()).unwrap()
}

#[test]
fn the_description_under_docs_is_the_one_that_is_served() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(DOCS);
    let written = serde_json::to_string_pretty(&sorted(description())).unwrap() + "\n";
    if std::env::var_os("VITRINE_WRITE_DOCS").is_some() {
        fs::write(&file, &written).unwrap();
    }
    let kept = fs::read_to_string(&file).unwrap_or_default();
    let differing = kept
        .lines()
        .zip(written.lines())
        .position(|(kept, now)| kept != now);
    assert!(
        kept == written,
        "docs/openapi.json is no longer what the code says, from line {} on: run `make openapi`, and look at what changed.",
        differing.unwrap_or_default() + 1
    );
}

/// Whether maps keep their order depends on what else is built.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members: BTreeMap<_, _> = members.into_iter().collect();
            let members = members.into_iter();
            Value::Object(members.map(|(name, value)| (name, sorted(value))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}

#[tokio::test]
async fn the_description_is_served_to_pages_of_all_sites_and_may_be_kept() {
    let world = World::new();
    let answer = world.get("/api/openapi.json").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["content-type"], "application/json");
    assert_eq!(answer.headers["cache-control"], "public, max-age=3600");
    assert_eq!(answer.headers["access-control-allow-origin"], "*");
    assert_eq!(answer.json(), description());
    assert_eq!(answer.json()["servers"][0]["url"], "/");
}

#[test]
fn no_two_doors_describe_one_path_and_every_operation_has_a_name_of_its_own() {
    let mut ids = BTreeSet::new();
    let mut counted = 0;
    for dialect in DIALECTS {
        let door = serde_json::to_value(dialect.describe()).unwrap();
        for (path, method, operation) in operations(&door) {
            assert_eq!(
                operation["tags"],
                serde_json::json!([dialect.name]),
                "{path}"
            );
            assert!(operation["summary"].is_string(), "{method} {path}");
            let id = operation["operationId"].as_str().unwrap().to_owned();
            assert!(
                ids.insert(id),
                "{method} {path}: {}",
                operation["operationId"]
            );
            counted += 1;
        }
    }
    assert_eq!(operations(&description()).len(), counted);
}

#[test]
fn every_segment_schema_and_way_to_sign_in_that_is_named_is_described() {
    let api = description();
    for (path, method, operation) in operations(&api) {
        let named: BTreeSet<_> = path
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split('}').next())
            .collect();
        let parameters = operation["parameters"].as_array();
        let described: BTreeSet<_> = parameters
            .into_iter()
            .flatten()
            .filter(|parameter| parameter["in"] == "path")
            .filter_map(|parameter| parameter["name"].as_str())
            .collect();
        assert_eq!(named, described, "{method} {path}");
        for needed in operation["security"].as_array().into_iter().flatten() {
            for scheme in needed.as_object().unwrap().keys() {
                let known = &api["components"]["securitySchemes"][scheme];
                assert!(known.is_object(), "{method} {path}: {scheme}");
            }
        }
        for (status, response) in operation["responses"].as_object().unwrap() {
            let told = response["description"].as_str().unwrap_or_default();
            assert!(!told.is_empty(), "{method} {path}: {status}");
        }
    }
    let mut references = Vec::new();
    collect(&api, &mut references);
    assert!(references.len() > 100);
    for reference in references {
        let pointer = reference.trim_start_matches('#');
        assert!(api.pointer(pointer).is_some(), "{reference} is nowhere");
    }
}

fn collect(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(to) if name == "$ref" => references.push(to.clone()),
                    other => collect(other, references),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, references)),
        _ => {}
    }
}

fn operations(api: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = api["paths"].as_object().unwrap().iter();
    paths
        .flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().iter();
            methods.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
        })
        .collect()
}
