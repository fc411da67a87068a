//! What was dropped on the window: pictures are uploaded, and a ShareX file becomes a target.

use std::path::{Path, PathBuf};

use tokio::task::block_in_place;
use uploader::Source;
use uploader::courtesy::Way;

use crate::commands::Refusal;
use crate::events::Notice;
use crate::vitrine::Vitrine;
use crate::{dialogs, targets, uploads};

pub async fn dropped(app: &Vitrine, paths: Vec<PathBuf>) {
    let (described, pictures): (Vec<_>, Vec<_>) = paths.into_iter().partition(|path| is_sxcu(path));
    for path in described {
        app.notice(match import(app, &path).await {
            Ok(name) => Notice::of("target_added").with("name", name),
            Err(refusal) => refusal.into(),
        });
    }
    let sources = pictures.into_iter().map(Source::dropped).collect();
    uploads::take_in(app, sources, Way::Dropped).await;
}

/// Gives the new target's name. Nothing goes to it before the user chooses it.
async fn import(app: &Vitrine, path: &Path) -> Result<String, Refusal> {
    let bytes = block_in_place(|| dialogs::read(path))?;
    let id = targets::import(app, &bytes).await?;
    let target = targets::find(app, &id);
    Ok(target.map_or_else(String::new, |target| target.name))
}

fn is_sxcu(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| ending.eq_ignore_ascii_case("sxcu"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_custom_uploader_is_known_by_its_ending() {
        for (path, is) in [
            ("/a/Host.SXCU", true),
            ("/a/b.png", false),
            ("/sxcu", false),
        ] {
            assert_eq!(is_sxcu(Path::new(path)), is, "{path}");
        }
    }
}
