//! What the app can be told to do from outside of its window: by a key, by the tray, by a second start of the program.

use tauri::AppHandle;

use crate::context::AppContext;
use crate::i18n::t;
use crate::shell::{shutdown, window};
use crate::uploads::{file_picker, paste};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppAction {
    Show,
    Paste,
    Choose,
    Quit,
}

impl AppAction {
    const ALL: [AppAction; 4] = [
        AppAction::Show,
        AppAction::Paste,
        AppAction::Choose,
        AppAction::Quit,
    ];

    /// What it is called on the command line, after two dashes, and in the tray's menu.
    pub fn name(self) -> &'static str {
        match self {
            AppAction::Show => "show",
            AppAction::Paste => "paste",
            AppAction::Choose => "choose",
            AppAction::Quit => "quit",
        }
    }

    pub fn from_name(name: &str) -> Option<AppAction> {
        AppAction::ALL
            .into_iter()
            .find(|errand| errand.name() == name)
    }

    /// What people read.
    pub fn label(self) -> &'static str {
        match self {
            AppAction::Show => t("tray.open"),
            AppAction::Paste => t("tray.paste"),
            AppAction::Choose => t("tray.choose"),
            AppAction::Quit => t("tray.quit"),
        }
    }
}

pub fn run_action(app: &AppHandle, errand: AppAction) {
    match errand {
        AppAction::Show => {
            let handle = app.clone();
            let _ = app.run_on_main_thread(move || window::show(&handle));
        }
        AppAction::Paste => {
            if let Some(app) = AppContext::from_handle(app) {
                tauri::async_runtime::spawn(async move { paste::upload_clipboard(&app).await });
            }
        }
        AppAction::Choose => file_picker::choose_pictures(app),
        AppAction::Quit => shutdown::quit(app),
    }
}
