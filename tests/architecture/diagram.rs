//! The architecture diagram, `docs/architecture.svg`, drawn from the dependencies that the manifests declare.
//!
//! A crate is below everything that depends on it. An arrow that follows from two others is left out.
//! `make diagram` writes the file; the test fails if it is out of date.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;

use super::sources::{manifests, root};

const FILE: &str = "docs/architecture.svg";
const BOX: (usize, usize) = (150, 40);
const GAP: (usize, usize) = (40, 60);

/// Every crate of the product with the crates of the product that it depends on.
type Graph = BTreeMap<String, BTreeSet<String>>;

#[test]
fn the_diagram_shows_the_dependencies_that_the_manifests_declare() {
    let drawn = draw(&product_crates());
    let file = root().join(FILE);
    if std::env::var_os("VITRINE_WRITE_DOCS").is_some() {
        fs::write(&file, &drawn).expect("the diagram can be written");
    }
    let current = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        current == drawn,
        "{FILE} is out of date: run `make diagram`."
    );
}

fn product_crates() -> Graph {
    let mut manifests = manifests();
    manifests.retain(|name, _| !["tests", "bench", "imaging-fuzz"].contains(&name.as_str()));
    let names: BTreeSet<_> = manifests.keys().cloned().collect();
    for dependencies in manifests.values_mut() {
        dependencies.retain(|name| names.contains(name));
    }
    manifests
}

/// The length of the longest path down from a crate.
fn level(graph: &Graph, name: &str) -> usize {
    let below = graph[name].iter().map(|next| level(graph, next) + 1);
    below.max().unwrap_or(0)
}

fn reaches(graph: &Graph, from: &str, to: &str) -> bool {
    from == to || graph[from].iter().any(|next| reaches(graph, next, to))
}

fn draw(graph: &Graph) -> String {
    let mut rows: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for name in graph.keys() {
        rows.entry(level(graph, name)).or_default().push(name);
    }
    let step = (BOX.0 + GAP.0, BOX.1 + GAP.1);
    let widest = rows.values().map(Vec::len).max().unwrap_or(1);
    let (width, height) = (widest * step.0 + GAP.0, rows.len() * step.1 + GAP.0);
    // The middle of each box.
    let mut places: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (level, names) in &rows {
        let left = (width - names.len() * step.0 + GAP.0) / 2;
        for (at, name) in names.iter().enumerate() {
            let x = left + at * step.0 + BOX.0 / 2;
            places.insert(
                name,
                (x, GAP.0 + (rows.len() - 1 - level) * step.1 + BOX.1 / 2),
            );
        }
    }
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         font-family=\"system-ui, sans-serif\" font-size=\"15\" text-anchor=\"middle\">\n\
         <title>Crates of Vitrine and their dependencies</title>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n\
         <defs><marker id=\"head\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\">\
         <path d=\"M0 0 8 4 0 8z\" fill=\"#5b6472\"/></marker></defs>\n"
    );
    for (from, dependencies) in graph {
        for to in dependencies {
            let by_way_of_another = dependencies
                .iter()
                .any(|other| other != to && reaches(graph, other, to));
            if !by_way_of_another {
                let ((x1, y1), (x2, y2)) = (places[from.as_str()], places[to.as_str()]);
                let _ = writeln!(
                    svg,
                    "<line x1=\"{x1}\" y1=\"{}\" x2=\"{x2}\" y2=\"{}\" stroke=\"#5b6472\" stroke-width=\"1.5\" marker-end=\"url(#head)\"/>",
                    y1 + BOX.1 / 2,
                    y2 - BOX.1 / 2
                );
            }
        }
    }
    for (name, (x, y)) in &places {
        let _ = writeln!(
            svg,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"6\" fill=\"#eef2f7\" stroke=\"#5b6472\"/>\
             <text x=\"{x}\" y=\"{}\" fill=\"#1b2330\">{}</text>",
            x - BOX.0 / 2,
            y - BOX.1 / 2,
            BOX.0,
            BOX.1,
            y + 5,
            if *name == "vitrine-desktop" {
                "desktop"
            } else {
                name
            }
        );
    }
    svg + "</svg>\n"
}
