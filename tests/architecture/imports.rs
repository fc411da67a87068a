//! Import circles: no module of a crate may depend on itself by way of others.
//!
//! A module depends on another where a `use` or a path names something that is defined there. Re-exports are
//! followed to the defining module, so importing through `crate::Name` hides nothing. The crate root is left out,
//! because all it does is declare modules and re-export their items; tests are left out, too.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Write as _;
use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, UseTree, Visibility};

use super::sources::{root, rust, text};

/// A module by its path in the crate, as in `["http", "middleware", "real_ip"]`; the root is empty.
type ModulePath = Vec<String>;

/// One import or path as written, and the module that it resolves to.
type Edges = BTreeMap<ModulePath, BTreeMap<ModulePath, String>>;

#[test]
fn no_crate_has_an_import_circle() {
    let mut report = String::new();
    for (name, folder) in [
        ("imaging", "src-tauri/imaging"),
        ("library", "src-tauri/library"),
        ("safe_fetch", "src-tauri/safe_fetch"),
        ("server", "src-tauri/server"),
        ("uploader", "src-tauri/uploader"),
        ("app_paths", "src-tauri/app_paths"),
        ("cli", "src-tauri/cli"),
        ("desktop", "src-tauri/desktop"),
    ] {
        for circle in circles(&crate_sources(folder)) {
            let _ = writeln!(report, "{name}: {circle}");
        }
    }
    assert!(
        report.is_empty(),
        "Import circles. Move what both sides need into a module of its own below them:\n{report}"
    );
}

#[test]
fn two_modules_that_import_each_other_are_reported_with_the_loop() {
    let sources = sources(&[
        ("", "mod a; mod b; mod c; pub use a::A;"),
        ("a", "use crate::b::B; pub struct A(B);"),
        ("b", "use crate::c; pub struct B; fn f() { c::g() }"),
        ("c", "pub fn g() { let _: Option<super::A> = None; }"),
    ]);
    let found = circles(&sources);
    assert_eq!(found.len(), 1, "{found:?}");
    for part in ["a → b", "crate::b::B", "b → c", "c → a", "super::A"] {
        assert!(found[0].contains(part), "{} lacks {part}", found[0]);
    }
}

#[test]
fn a_child_that_takes_from_its_parent_what_the_parent_takes_from_it_is_a_circle() {
    let with_circle = sources(&[
        ("", "mod shop;"),
        (
            "shop",
            "mod till; pub struct Price; fn f() { till::ring() }",
        ),
        (
            "shop::till",
            "use super::Price; pub fn ring() { println!(\"{}\", Price::zero()) }",
        ),
    ]);
    assert_eq!(circles(&with_circle).len(), 1);
    let without = sources(&[
        ("", "mod shop;"),
        (
            "shop",
            "mod price; mod till; pub use price::Price; fn f() { till::ring() }",
        ),
        ("shop::price", "pub struct Price;"),
        (
            "shop::till",
            "use super::Price; pub fn ring() {} #[cfg(test)] mod tests { use crate::shop; }",
        ),
    ]);
    assert_eq!(circles(&without), Vec::<String>::new());
}

#[test]
fn a_path_within_a_macro_counts() {
    let sources = sources(&[
        ("", "mod a; mod b;"),
        ("a", "use crate::b::B;"),
        (
            "b",
            "pub struct B; fn f() { assert!(crate::a::is_ready()) }",
        ),
    ]);
    assert_eq!(circles(&sources).len(), 1);
}

fn sources(modules: &[(&str, &str)]) -> BTreeMap<ModulePath, String> {
    modules
        .iter()
        .map(|(path, text)| {
            let path = path.split("::").filter(|part| !part.is_empty());
            (path.map(str::to_owned).collect(), (*text).to_owned())
        })
        .collect()
}

/// The sources of a crate by module, without those that only tests see.
fn crate_sources(folder: &str) -> BTreeMap<ModulePath, String> {
    let mut sources = BTreeMap::new();
    for file in rust() {
        let Ok(inside) = file.strip_prefix(folder) else {
            continue;
        };
        let path = module_path(inside);
        let is_test = path
            .iter()
            .any(|part| ["tests", "fuzz", "fixtures"].contains(&part.as_str()));
        if !is_test {
            sources.insert(path, text(&file));
        }
    }
    assert!(
        sources.len() > 3,
        "{} has no sources",
        root().join(folder).display()
    );
    sources
}

fn module_path(file: &Path) -> ModulePath {
    let mut path: ModulePath = file
        .with_extension("")
        .iter()
        .map(|part| part.to_string_lossy().into_owned())
        .collect();
    if path
        .last()
        .is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str()))
    {
        path.pop();
    }
    path
}

/// Each group of modules that depend on themselves, as the shortest loop within it.
fn circles(sources: &BTreeMap<ModulePath, String>) -> Vec<String> {
    let edges = edges(sources);
    let mut reported = BTreeSet::new();
    let mut found = Vec::new();
    for start in edges.keys() {
        if reported.contains(start) {
            continue;
        }
        if let Some(looped) = shortest_loop(start, &edges) {
            found.push(describe(&looped, &edges));
            reported.extend(looped);
        }
    }
    found
}

/// The modules on the shortest way from `start` back to itself.
fn shortest_loop(start: &ModulePath, edges: &Edges) -> Option<Vec<ModulePath>> {
    let mut came_from: BTreeMap<&ModulePath, &ModulePath> = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(module) = queue.pop_front() {
        for next in edges
            .get(module)
            .into_iter()
            .flatten()
            .map(|(next, _)| next)
        {
            if next == start {
                let mut looped = vec![module.clone()];
                while let Some(before) = came_from.get(looped.last()?) {
                    looped.push((*before).clone());
                }
                looped.reverse();
                return Some(looped);
            }
            if !came_from.contains_key(next) {
                came_from.insert(next, module);
                queue.push_back(next);
            }
        }
    }
    None
}

fn describe(looped: &[ModulePath], edges: &Edges) -> String {
    let steps = looped.iter().enumerate().map(|(at, from)| {
        let to = &looped[(at + 1) % looped.len()];
        let import = &edges[from][to];
        format!("{} → {} ({import})", from.join("::"), to.join("::"))
    });
    steps.collect::<Vec<_>>().join(", ")
}

/// What every module depends on. The root neither counts as one that depends nor as one that is depended on.
fn edges(sources: &BTreeMap<ModulePath, String>) -> Edges {
    let modules: BTreeMap<&ModulePath, Imports> = sources
        .iter()
        .map(|(path, text)| (path, Imports::read(path, text)))
        .collect();
    let names = Names { modules: &modules };
    let mut edges = Edges::new();
    for (path, imports) in modules.iter().filter(|(path, _)| !path.is_empty()) {
        for written in &imports.paths {
            let Some(target) = names
                .absolute(path, written)
                .and_then(|to| names.module_of(to))
            else {
                continue;
            };
            if !target.is_empty() && target != **path {
                edges
                    .entry((*path).clone())
                    .or_default()
                    .entry(target)
                    .or_insert_with(|| written.join("::"));
            }
        }
    }
    edges
}

/// What one file imports.
#[derive(Default)]
struct Imports {
    /// Every path as written, those of `use` and all others.
    paths: Vec<Vec<String>>,
    /// The names that `use` brings in, with the path that each stands for.
    bound: BTreeMap<String, Vec<String>>,
    /// Those of them that others can use, too.
    exported: BTreeSet<String>,
    /// How many inline modules surround what is being read: that many `super` stay within the file.
    depth: usize,
}

impl Imports {
    fn read(path: &ModulePath, text: &str) -> Imports {
        let file = syn::parse_file(text)
            .unwrap_or_else(|error| panic!("{} is not Rust: {error}", path.join("::")));
        let mut imports = Imports::default();
        imports.visit_file(&file);
        imports
    }

    fn read_use(&mut self, before: &[String], tree: &UseTree, exported: bool) {
        let with = |name: &dyn ToString| [before, &[name.to_string()]].concat();
        match tree {
            UseTree::Path(tree) => self.read_use(&with(&tree.ident), &tree.tree, exported),
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.read_use(before, tree, exported);
                }
            }
            UseTree::Glob(_) => self.add(before),
            UseTree::Name(name) if name.ident == "self" => {
                let known_as = before.last().cloned().unwrap_or_default();
                self.bind(before.to_vec(), known_as, exported);
            }
            UseTree::Name(name) => self.bind(with(&name.ident), name.ident.to_string(), exported),
            UseTree::Rename(name) => {
                self.bind(with(&name.ident), name.rename.to_string(), exported);
            }
        }
    }

    fn add(&mut self, path: &[String]) {
        self.paths.push(self.seen_from_file(path));
    }

    /// A path as it would be written outside of the inline modules.
    fn seen_from_file(&self, path: &[String]) -> Vec<String> {
        let within = path
            .iter()
            .take(self.depth)
            .take_while(|part| *part == "super");
        path[within.count()..].to_vec()
    }

    fn bind(&mut self, path: Vec<String>, name: String, exported: bool) {
        if exported {
            self.exported.insert(name.clone());
        } else {
            self.add(&path);
        }
        self.bound.insert(name, self.seen_from_file(&path));
    }

    /// Paths among tokens that are not parsed, such as a macro's arguments.
    fn read_tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(name) => {
                    if colons != 2 {
                        self.add(&std::mem::take(&mut path));
                    }
                    path.push(name.to_string());
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                other => {
                    self.add(&std::mem::take(&mut path));
                    colons = 0;
                    if let TokenTree::Group(group) = other {
                        self.read_tokens(group.stream());
                    }
                }
            }
        }
        self.add(&path);
    }
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute
                .meta
                .require_list()
                .is_ok_and(|list| list.tokens.to_string() == "test")
    })
}

impl<'ast> Visit<'ast> for Imports {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes = match item {
            Item::Mod(item) => &item.attrs,
            Item::Fn(item) => &item.attrs,
            Item::Impl(item) => &item.attrs,
            Item::Use(item) => &item.attrs,
            _ => return visit::visit_item(self, item),
        };
        if !is_for_tests(attributes) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        self.depth += 1;
        visit::visit_item_mod(self, item);
        self.depth -= 1;
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.read_use(&[], &item.tree, !matches!(item.vis, Visibility::Inherited));
    }

    /// `pub(super)` names no dependency.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string());
        self.add(&segments.collect::<Vec<_>>());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, used: &'ast syn::Macro) {
        visit::visit_macro(self, used);
        self.read_tokens(used.tokens.clone());
    }
}

/// Finds the module in which something is defined.
struct Names<'a> {
    modules: &'a BTreeMap<&'a ModulePath, Imports>,
}

impl Names<'_> {
    /// A path as written in a module, from the root of the crate; `None` where it leads elsewhere.
    fn absolute(&self, module: &[String], written: &[String]) -> Option<Vec<String>> {
        let (first, rest) = written.split_first()?;
        match first.as_str() {
            "crate" => Some(rest.to_vec()),
            "self" if !rest.is_empty() => self
                .absolute(module, rest)
                .or_else(|| Some([module, rest].concat())),
            "super" => {
                let (_, parent) = module.split_last()?;
                if rest.first().is_some_and(|next| next == "super") {
                    self.absolute(parent, rest)
                } else {
                    Some([parent, rest].concat())
                }
            }
            name => {
                let child = [module, &[name.to_owned()]].concat();
                if self.modules.contains_key(&child) {
                    return Some([module, written].concat());
                }
                let bound = self.modules.get(&module.to_vec())?.bound.get(name)?;
                // `use x::x` would go round for ever.
                if bound.first() == Some(first) {
                    return None;
                }
                Some([self.absolute(module, bound)?, rest.to_vec()].concat())
            }
        }
    }

    /// The module that defines what an absolute path names, through all re-exports.
    fn module_of(&self, mut path: Vec<String>) -> Option<ModulePath> {
        for _ in 0..8 {
            let depth = (0..=path.len())
                .rev()
                .find(|depth| self.modules.contains_key(&path[..*depth].to_vec()))?;
            let (module, rest) = path.split_at(depth);
            let exported = rest.first().and_then(|name| {
                let imports = &self.modules[&module.to_vec()];
                let through = imports.bound.get(name)?;
                Some([self.absolute(module, through)?, rest[1..].to_vec()].concat())
            });
            match exported {
                Some(further) => path = further,
                None => return Some(module.to_vec()),
            }
        }
        None
    }
}
