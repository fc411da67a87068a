//! API keys in the system keychain.

pub(crate) mod keychain;
mod secret_service_lock;
