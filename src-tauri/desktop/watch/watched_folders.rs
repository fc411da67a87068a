//! The folders that are watched: as the settings keep them, and as the page shows them.

use std::path::{Path, PathBuf};
use std::sync::PoisonError;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tauri::Manager;
use uploader::Preparation;
use uploader::watch::{Afterwards, Folder, FolderState, Mode, Suggestion, suggestions};

use crate::commands::Refusal;
use crate::context::Vitrine;
use crate::i18n::word;
use crate::settings::{CopyChoice, Settings};

/// A folder as the page shows it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Shown {
    path: String,
    place: String,
    state: State,
    missed: usize,
    #[serde(flatten)]
    wanted: Wanted,
}

impl Shown {
    pub fn is_on(&self) -> bool {
        self.wanted.on
    }
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct State {
    is: &'static str,
    reason: Option<String>,
}

/// A folder as the page wants it to be; its path is not the page's to name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Wanted {
    id: String,
    on: bool,
    mode: Mode,
    target: Option<String>,
    prepare: Option<Preparation>,
    links: Option<CopyChoice>,
    patterns: Vec<String>,
    deep: bool,
    afterwards: Then,
    poll: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "lowercase")]
enum Then {
    Keep,
    Move { to: String },
    Trash,
}

/// Whether all watching is paused, and until when (RFC 3339).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Watching {
    pub paused: bool,
    pub until: Option<String>,
}

pub fn apply(app: &Vitrine) {
    app.uploader.watch(app.settings.get().folders);
}

pub fn shown(app: &Vitrine, settings: &Settings) -> Vec<Shown> {
    let states = app.uploader.folders();
    settings
        .folders
        .iter()
        .map(|folder| {
            let state = states.iter().find(|(id, _)| *id == folder.id);
            Shown {
                path: folder.path.display().to_string(),
                place: place(app, &folder.path),
                state: State::of(state.map(|(_, state)| state)),
                missed: app.uploader.missed(&folder.id).len(),
                wanted: Wanted::of(folder),
            }
        })
        .collect()
}

impl State {
    fn of(state: Option<&FolderState>) -> State {
        let (is, reason) = match state {
            None | Some(FolderState::Off) => ("off", None),
            Some(FolderState::Paused) => ("paused", None),
            Some(FolderState::Watching) => ("watching", None),
            Some(FolderState::Polling { reason }) => ("polling", reason.clone()),
            Some(FolderState::Away) => ("away", None),
            Some(FolderState::Failed { reason }) => ("failed", Some(reason.clone())),
        };
        State { is, reason }
    }
}

impl Wanted {
    fn of(folder: &Folder) -> Wanted {
        Wanted {
            id: folder.id.clone(),
            on: folder.on,
            mode: folder.mode,
            target: folder.target.clone(),
            prepare: folder.prepare.clone(),
            links: folder
                .links
                .as_ref()
                .map(|(what, how)| CopyChoice::of(*what, how)),
            patterns: folder.patterns.clone(),
            deep: folder.deep,
            afterwards: match &folder.afterwards {
                Afterwards::Keep => Then::Keep,
                Afterwards::Move(to) => Then::Move { to: to.clone() },
                Afterwards::Trash => Then::Trash,
            },
            poll: folder.poll,
        }
    }

    fn folder(self, path: PathBuf, template: &str) -> Folder {
        Folder {
            id: self.id,
            path,
            on: self.on,
            mode: self.mode,
            target: self.target,
            prepare: self.prepare,
            links: self.links.map(|copy| (copy.what(), copy.how(template))),
            patterns: self
                .patterns
                .into_iter()
                .map(|pattern| pattern.trim().to_owned())
                .filter(|pattern| !pattern.is_empty())
                .collect(),
            deep: self.deep,
            afterwards: match self.afterwards {
                Then::Keep => Afterwards::Keep,
                Then::Move { to } => Afterwards::Move(to.trim().to_owned()),
                Then::Trash => Afterwards::Trash,
            },
            poll: self.poll,
        }
    }
}

/// Where a folder is, as people write it: from their home on.
pub fn place(app: &Vitrine, path: &Path) -> String {
    let home = app.handle.path().home_dir().ok();
    let within = home.and_then(|home| path.strip_prefix(home).ok().map(Path::to_owned));
    match within {
        Some(rest) if cfg!(unix) => Path::new("~").join(rest).display().to_string(),
        _ => path.display().to_string(),
    }
}

/// Where this platform's programs put screenshots, without what is watched already. It blocks.
pub fn suggested(app: &Vitrine) -> Vec<Suggestion> {
    let places = app.handle.path();
    let Ok(home) = places.home_dir() else {
        return Vec::new();
    };
    let watched = app.settings.get().folders;
    let known = |path: &PathBuf| watched.iter().any(|folder| folder.path == *path);
    suggestions(&home, places.picture_dir().ok().as_deref())
        .into_iter()
        .filter(|suggestion| !known(&suggestion.path))
        .collect()
}

/// Watches one more, from now on. Gives its id.
pub fn add(app: &Vitrine, path: PathBuf) -> Result<String, Refusal> {
    if !path.is_dir() {
        return Err(Refusal::of("no_folder", word("folders.not_there")));
    }
    let data = std::fs::canonicalize(&app.data).unwrap_or_else(|_| app.data.clone());
    if std::fs::canonicalize(&path).is_ok_and(|path| path.starts_with(&data)) {
        return Err(Refusal::of("own_folder", word("folders.own")));
    }
    let known = app.settings.get().folders;
    if let Some(folder) = known.iter().find(|folder| folder.path == path) {
        return Ok(folder.id.clone());
    }
    let id = uuid::Uuid::new_v4().to_string();
    let folder = Folder {
        id: id.clone(),
        path,
        on: true,
        mode: Mode::Upload,
        target: None,
        prepare: None,
        links: None,
        patterns: Vec::new(),
        deep: false,
        afterwards: Afterwards::Keep,
        poll: false,
    };
    app.change(|settings| settings.folders.push(folder))?;
    apply(app);
    Ok(id)
}

pub fn save(app: &Vitrine, wanted: Wanted) -> Result<(), Refusal> {
    let settings = app.settings.get();
    let known = settings
        .folders
        .iter()
        .find(|folder| folder.id == wanted.id)
        .ok_or_else(|| Refusal::of("unknown_folder", word("folders.unknown")))?;
    if let Then::Move { to } = &wanted.afterwards
        && !is_a_name(to.trim())
    {
        return Err(Refusal::of("bad_name", word("folders.bad_name")));
    }
    let folder = wanted.folder(known.path.clone(), &settings.template);
    folder
        .check()
        .map_err(|error| Refusal::of("bad_pattern", error.to_string()))?;
    app.change(|settings| {
        if let Some(kept) = settings
            .folders
            .iter_mut()
            .find(|kept| kept.id == folder.id)
        {
            *kept = folder;
        }
    })?;
    apply(app);
    Ok(())
}

pub fn remove(app: &Vitrine, id: &str) -> Result<(), Refusal> {
    app.change(|settings| settings.folders.retain(|folder| folder.id != id))?;
    apply(app);
    Ok(())
}

/// Looks away, for so many minutes or until [`resume`].
pub fn pause(app: &Vitrine, minutes: Option<u64>) {
    let how_long = minutes.map(|minutes| Duration::from_secs(minutes.saturating_mul(60)));
    app.uploader.pause_watching(how_long);
    let until = how_long
        .and_then(|how_long| std::time::SystemTime::now().checked_add(how_long))
        .and_then(|until| jiff::Timestamp::try_from(until).ok());
    set(
        app,
        Watching {
            paused: true,
            until: until.map(|until| until.to_string()),
        },
    );
}

pub fn resume(app: &Vitrine) {
    app.uploader.resume_watching();
    set(app, Watching::default());
}

fn set(app: &Vitrine, watching: Watching) {
    *app.watching.lock().unwrap_or_else(PoisonError::into_inner) = watching;
    app.tell_state();
}

/// How it is with all of them: a pause ends by itself.
pub fn watching(app: &Vitrine) -> Watching {
    let set = app.watching.lock().unwrap_or_else(PoisonError::into_inner);
    let over = set.until.as_ref().is_some_and(|until| {
        until
            .parse::<jiff::Timestamp>()
            .is_ok_and(|until| until <= jiff::Timestamp::now())
    });
    match over {
        true => Watching::default(),
        false => set.clone(),
    }
}

/// A folder beside the picture, and no way to anywhere else.
fn is_a_name(name: &str) -> bool {
    !name.is_empty() && name != "." && name != ".." && !name.contains(['/', '\\', ':'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_page_is_shown_is_what_it_gives_back() -> Result<(), serde_json::Error> {
        let folder = Folder {
            id: "a".to_owned(),
            path: "/shots".into(),
            on: true,
            mode: Mode::Ask,
            target: None,
            prepare: None,
            links: None,
            patterns: vec!["*.png".to_owned()],
            deep: true,
            afterwards: Afterwards::Move("sent".to_owned()),
            poll: false,
        };
        let shown = serde_json::to_value(Wanted::of(&folder))?;
        assert_eq!(shown["afterwards"]["is"], "move");
        assert_eq!(shown["mode"], "ask");
        let back: Wanted = serde_json::from_value(shown)?;
        assert_eq!(back.folder("/shots".into(), ""), folder);
        Ok(())
    }

    #[test]
    fn a_picture_is_put_beside_itself_and_nowhere_else() {
        assert!(is_a_name("sent"));
        for bad in ["", "..", "../x", "a/b", "C:"] {
            assert!(!is_a_name(bad), "{bad}");
        }
    }
}
