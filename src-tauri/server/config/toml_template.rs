//! The commented `vitrine.toml`: every key explained, every line commented out at its default.

use std::fmt::Write as _;

use super::Config;
use super::keys::KEYS;

pub(super) fn commented_toml() -> String {
    let defaults = Config::default();
    let mut text = String::from(
        "# Settings of the Vitrine server. A line counts once its `#` is removed.\n\
         # `--set KEY=VALUE` and the environment (VITRINE_<KEY>) win over this file.\n",
    );
    for key in KEYS {
        text.push('\n');
        for line in key.description.lines() {
            let _ = writeln!(text, "# {}", line.trim_start());
        }
        let _ = writeln!(text, "#{} = {}", key.name, (key.format)(&defaults));
    }
    text
}
