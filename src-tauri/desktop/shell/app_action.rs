//! Actions from outside of the window: by global shortcut, tray menu, or a second start of the program.

use std::sync::Arc;

use tauri::{AppHandle, Manager};

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

    /// The name on the command line, after two dashes, and in the tray menu.
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
            .find(|action| action.name() == name)
    }

    /// The translated label.
    pub fn label(self) -> &'static str {
        match self {
            AppAction::Show => t("tray.open"),
            AppAction::Paste => t("tray.paste"),
            AppAction::Choose => t("tray.choose"),
            AppAction::Quit => t("tray.quit"),
        }
    }
}

pub fn run_action(app: &AppHandle, action: AppAction) {
    // A second start may come before this one has finished starting.
    let context = app.try_state::<Arc<AppContext>>();
    match action {
        AppAction::Show => {
            let handle = app.clone();
            let scheduled = app.run_on_main_thread(move || window::show(&handle));
            if let Err(error) = scheduled {
                tracing::warn!(%error, "could not show the window");
            }
        }
        AppAction::Paste => {
            if let Some(context) = context.map(|context| Arc::clone(&context)) {
                let runtime = context.runtime.clone();
                runtime.spawn(async move { paste::upload_clipboard(&context).await });
            }
        }
        AppAction::Choose => {
            if let Some(context) = context {
                file_picker::choose_pictures(app, Arc::clone(&context));
            }
        }
        AppAction::Quit => shutdown::quit(app),
    }
}
