//! The files of the repository, the manifests of its packages, and checks for words that may not occur.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Words that may not occur in Rust code within a folder, comments and tests aside.
pub struct Forbidden<'a> {
    words: &'a [&'a str],
    within: &'a str,
    except_in: &'a [&'a str],
}

impl<'a> Forbidden<'a> {
    pub fn new(words: &'a [&'a str]) -> Forbidden<'a> {
        Forbidden {
            words,
            within: "",
            except_in: &[],
        }
    }

    pub fn within(self, within: &'a str) -> Forbidden<'a> {
        Forbidden { within, ..self }
    }

    pub fn except_in(self, except_in: &'a [&'a str]) -> Forbidden<'a> {
        Forbidden { except_in, ..self }
    }

    #[track_caller]
    pub fn because(self, reason: &str) {
        for file in rust() {
            let path = file.to_string_lossy().replace('\\', "/");
            let is_test = path.contains("/tests/") || path.ends_with("/tests.rs");
            if is_test
                || !path.starts_with(self.within)
                || self.except_in.iter().any(|folder| path.starts_with(folder))
            {
                continue;
            }
            for (number, line) in code(&text(&file)) {
                for word in self.words {
                    assert!(
                        !line.contains(word),
                        "{path}:{number} contains `{word}`: {reason}\n    {}",
                        line.trim()
                    );
                }
            }
        }
    }
}

/// The numbered lines of a source file without comments, up to its tests.
pub fn code(text: &str) -> Vec<(usize, &str)> {
    let lines: Vec<_> = text.lines().collect();
    let tests = ["#[cfg(test)]", "mod tests {"];
    let end = lines.windows(2).position(|pair| pair == tests);
    let lines = lines
        .into_iter()
        .enumerate()
        .take(end.unwrap_or(usize::MAX));
    lines
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(number, line)| (number + 1, line.split(" // ").next().unwrap_or(line)))
        .collect()
}

/// Every package with the names of its dependencies, without those of its tests.
pub fn manifests() -> BTreeMap<String, BTreeSet<String>> {
    let manifests = files()
        .into_iter()
        .filter(|file| file.file_name().is_some_and(|name| name == "Cargo.toml"));
    manifests
        .map(|file| {
            let manifest: toml::Table = text(&file)
                .parse()
                .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            let name = manifest["package"]["name"]
                .as_str()
                .expect("a package has a name")
                .to_owned();
            let mut found = BTreeSet::new();
            let targets = manifest
                .get("target")
                .and_then(toml::Value::as_table)
                .into_iter()
                .flatten();
            let tables = targets
                .filter_map(|(_, target)| target.as_table())
                .chain([&manifest]);
            for table in tables {
                for kind in ["dependencies", "build-dependencies"] {
                    let named = table
                        .get(kind)
                        .and_then(toml::Value::as_table)
                        .into_iter()
                        .flatten();
                    found.extend(named.map(|(name, _)| name.clone()));
                }
            }
            (name, found)
        })
        .collect()
}

pub fn rust() -> Vec<PathBuf> {
    let found: Vec<_> = files()
        .into_iter()
        .filter(|file| file.extension().is_some_and(|ending| ending == "rs"))
        .collect();
    assert!(found.len() > 50, "the sources were not found");
    found
}

/// Every file of the repository that is not generated, by its path from the root.
pub fn files() -> Vec<PathBuf> {
    let built = ["target", "node_modules", "gen", "dist", ".git", "out"];
    let mut found = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        let entries =
            fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        for entry in entries.flatten() {
            // In a worktree, `.git` is a file.
            if built.contains(&entry.file_name().to_string_lossy().as_ref()) {
                continue;
            }
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(
                    path.strip_prefix(root())
                        .expect("it is within the root")
                        .to_owned(),
                );
            }
        }
    }
    found.sort();
    found
}

pub fn text(file: &Path) -> String {
    fs::read_to_string(root().join(file))
        .unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests/ is in the root")
        .to_owned()
}
