//! Every route of every door is described in `docs/openapi.json`, and nothing else is.
//!
//! Routes are read from the lines that register them, `.route("…", get(…).post(…))`. The server's own tests keep
//! the file the same as what the code says.

use std::collections::BTreeSet;

use super::{files, text};

const DIALECTS: &str = "src-tauri/server/dialects";
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// A path as axum has it, and what it is asked by.
#[derive(Debug)]
struct Route {
    path: String,
    methods: Vec<&'static str>,
}

#[test]
fn every_route_is_described_and_everything_described_is_a_route() {
    let described = described();
    let mut doors = BTreeSet::new();
    for (door, routes) in doors_with_routes() {
        let own: Vec<_> = described
            .iter()
            .filter(|(tag, ..)| tag.split(' ').next() == Some(&door))
            .collect();
        for Route { path, methods } in &routes {
            for asked in methods {
                let found = own.iter().any(|(_, told, method)| {
                    method == asked && meant(&routes, told).is_some_and(|route| route.path == *path)
                });
                assert!(
                    found,
                    "{asked} {path} of {door} is not described: say in its described.rs what it does."
                );
            }
        }
        for (_, path, method) in own {
            let route = meant(&routes, path);
            assert!(
                route.is_some_and(|route| route.methods.contains(&method.as_str())),
                "{door} describes {method} {path}, and has no such route."
            );
        }
        doors.insert(door);
    }
    for (tag, path, _) in &described {
        let door = tag.split(' ').next().unwrap_or_default();
        assert!(
            doors.contains(door),
            "{path} is of {tag}, which is no door."
        );
    }
    assert!(doors.len() >= 7, "doors were not found: {doors:?}");
}

/// The route that answers a described path: the one that names most of it.
fn meant<'a>(routes: &'a [Route], path: &str) -> Option<&'a Route> {
    let fits = |route: &&Route| {
        let (route, path) = (route.path.split('/'), path.split('/'));
        route.clone().count() == path.clone().count()
            && route
                .zip(path)
                .all(|(of, told)| of.starts_with('{') || of == told)
    };
    let names = |route: &&Route| {
        let segments = route.path.split('/');
        segments.filter(|segment| !segment.starts_with('{')).count()
    };
    routes.iter().filter(fits).max_by_key(names)
}

/// Door, path and method of each described operation.
fn described() -> Vec<(String, String, String)> {
    let api = text("docs/openapi.json".as_ref());
    let api: serde_json::Value = serde_json::from_str(&api).expect("docs/openapi.json is JSON");
    let mut described = Vec::new();
    for (path, item) in api["paths"].as_object().expect("there are paths") {
        for (method, operation) in item.as_object().expect("a path has methods") {
            let tag = operation["tags"][0].as_str().expect("a door is named");
            described.push((tag.to_owned(), path.clone(), method.clone()));
        }
    }
    described
}

/// The doors' names, each with its routes. Pages for people are no door's: of the server's own only its API counts.
fn doors_with_routes() -> Vec<(String, Vec<Route>)> {
    let sources = files()
        .into_iter()
        .filter(|file| file.starts_with(DIALECTS) && file.ends_with("mod.rs"))
        .filter(|file| file.parent() != Some(DIALECTS.as_ref()));
    sources
        .filter_map(|file| {
            let door = match file.parent()?.file_name()?.to_str()? {
                "landing" => "pages".to_owned(),
                dialect => dialect.to_owned(),
            };
            let mut routes = routes(&text(&file));
            if door == "pages" {
                routes.retain(|route| route.path.starts_with("/api/"));
            }
            (!routes.is_empty()).then_some((door, routes))
        })
        .collect()
}

fn routes(source: &str) -> Vec<Route> {
    let nested = source.split(".nest(\"").nth(1);
    let prefix = nested.and_then(|rest| rest.split('"').next()).unwrap_or("");
    let mut routes = Vec::new();
    for call in source.split(".route(").skip(1) {
        let arguments = &call[..closing(call)];
        let (path, asked) = arguments.split_once(',').expect("a route has a method");
        let path = match path.trim().strip_prefix('"') {
            Some(literal) => literal.trim_end_matches('"').to_owned(),
            None => constant(source, path.trim()),
        };
        routes.push(Route {
            path: format!("{prefix}{path}"),
            methods: methods(asked),
        });
    }
    routes
}

/// Where the parenthesis closes that was opened before `text`.
fn closing(text: &str) -> usize {
    let mut open = 1;
    for (at, c) in text.char_indices() {
        match c {
            '(' => open += 1,
            ')' => open -= 1,
            _ => {}
        }
        if open == 0 {
            return at;
        }
    }
    panic!("a route does not end: {text:.80}");
}

fn constant(source: &str, name: &str) -> String {
    let start = format!("const {name}: &str = \"");
    let value = source.split(&start).nth(1);
    let value = value.and_then(|rest| rest.split('"').next());
    value
        .unwrap_or_else(|| panic!("{name} is no text"))
        .to_owned()
}

/// A HEAD is answered, or refused, as the GET beside it is; `any` stands for what clients do.
fn methods(asked: &str) -> Vec<&'static str> {
    let calls = |method: &str| {
        let whole = |at: usize| !asked[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let call = format!("{method}(");
        asked.match_indices(&call).any(|(at, _)| whole(at))
    };
    if calls("any") {
        return vec!["get", "post"];
    }
    let methods: Vec<_> = METHODS.into_iter().filter(|method| calls(method)).collect();
    assert!(!methods.is_empty(), "no method was found in {asked}");
    methods
}
