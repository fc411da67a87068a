//! What the app can be told to do from outside of its window: by a key, by the tray, by a second start of the program.

use tauri::AppHandle;

use crate::context::Vitrine;
use crate::i18n::word;
use crate::shell::{shutdown, window};
use crate::uploads::{file_picker, paste};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errand {
    Show,
    Paste,
    Choose,
    Quit,
}

impl Errand {
    const ALL: [Errand; 4] = [Errand::Show, Errand::Paste, Errand::Choose, Errand::Quit];

    /// What it is called on the command line, after two dashes, and in the tray's menu.
    pub fn name(self) -> &'static str {
        match self {
            Errand::Show => "show",
            Errand::Paste => "paste",
            Errand::Choose => "choose",
            Errand::Quit => "quit",
        }
    }

    pub fn named(name: &str) -> Option<Errand> {
        Errand::ALL.into_iter().find(|errand| errand.name() == name)
    }

    /// What people read.
    pub fn words(self) -> &'static str {
        match self {
            Errand::Show => word("tray.open"),
            Errand::Paste => word("tray.paste"),
            Errand::Choose => word("tray.choose"),
            Errand::Quit => word("tray.quit"),
        }
    }
}

pub fn run(app: &AppHandle, errand: Errand) {
    match errand {
        Errand::Show => {
            let handle = app.clone();
            let _ = app.run_on_main_thread(move || window::show(&handle));
        }
        Errand::Paste => {
            if let Some(app) = Vitrine::of(app) {
                tauri::async_runtime::spawn(async move { paste::paste(&app).await });
            }
        }
        Errand::Choose => file_picker::choose(app),
        Errand::Quit => shutdown::quit(app),
    }
}
