//! What the command line and the desktop app find on the machine in the same way: the data folder,
//! the server's configuration and the web page's files.

mod data_dir;
mod error;
mod server_config;
mod web_assets;

pub use data_dir::resolve_data_dir;
pub use error::Error;
pub use server_config::load_config;
pub use web_assets::load_spa;
