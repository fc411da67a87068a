//! Generates `ui/src/host/types.gen.ts`, the TypeScript types of everything that the app and its page exchange.
//!
//! `make types` writes the file; the test fails if it is out of date.

use std::any::TypeId;
use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::{env, fs};

use ts_rs::{Config, TS, TypeVisitor};
use uploader::Dialect;

use crate::commands;
use crate::editors::editor_server::EditorServerStatus;
use crate::error::CommandError;
use crate::network::device_link::QrLink;
use crate::shell::close_request::CloseChoice;
use crate::view::app_state::AppState;
use crate::view::drag::DragState;
use crate::view::folder::{FolderSuggestion, WatchedFolderInput};
use crate::view::notice::Notice;
use crate::view::preferences::Preferences;
use crate::view::row::{Progress, Row};
use crate::view::target::TargetInput;

const FILE: &str = "ui/src/host/types.gen.ts";

const HEADER: &str = "\
// Generated from the Rust types by `make types`; do not edit. The types of everything that the desktop app and its page
// exchange.
";

#[test]
fn the_types_of_the_page_are_those_of_the_app() {
    let mut types = Declarations {
        config: Config::new().with_large_int("number"),
        by_name: BTreeMap::new(),
        visited: HashSet::new(),
    };
    types.visit::<AppState>();
    types.visit::<Row>();
    types.visit::<Progress>();
    types.visit::<DragState>();
    types.visit::<Notice>();
    types.visit::<CommandError>();
    types.visit::<CloseChoice>();
    types.visit::<TargetInput>();
    types.visit::<FolderSuggestion>();
    types.visit::<WatchedFolderInput>();
    types.visit::<Preferences>();
    types.visit::<EditorServerStatus>();
    types.visit::<QrLink>();
    types.visit::<commands::editors::EditorTestResult>();
    types.visit::<commands::settings::NamePreview>();
    types.visit::<commands::system::SystemIntegration>();
    types.visit::<commands::targets::TargetTestResult>();
    types.visit::<commands::welcome::LinkExample>();

    let generated = types.write();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    if env::var_os("VITRINE_WRITE_DOCS").is_some() {
        fs::write(&file, &generated).expect("the types can be written");
    }
    let current = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        current == generated,
        "{FILE} is out of date: run `make types`."
    );
}

/// The declarations of all visited types and of those that they contain.
struct Declarations {
    config: Config,
    by_name: BTreeMap<String, String>,
    visited: HashSet<TypeId>,
}

impl TypeVisitor for Declarations {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if !self.visited.insert(TypeId::of::<T>()) {
            return;
        }
        // Types without a file, such as `String` and `Vec<T>`, have no declaration.
        if T::output_path().is_some() {
            let docs = T::docs().unwrap_or_default();
            let declaration = format!("{docs}export {}\n", T::decl(&self.config));
            self.by_name.insert(T::ident(&self.config), declaration);
        }
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}

impl Declarations {
    fn write(&self) -> String {
        let dialects = Dialect::ALL.map(|dialect| format!("\"{}\"", dialect.name()));
        let target_kind = format!(
            "export const DIALECTS = [{}] as const;\n\n\
             /** A dialect, or a ShareX file that describes a target. */\n\
             export type TargetKind = (typeof DIALECTS)[number] | \"sxcu\";\n",
            dialects.join(", ")
        );
        let declarations = self.by_name.values().cloned();
        let sections: Vec<_> = [HEADER.to_owned(), target_kind]
            .into_iter()
            .chain(declarations)
            .collect();
        sections.join("\n")
    }
}
