//! What the app's own page asks of this computer's server: the app carries it there with its key, so that the page needs
//! neither the key nor an address.

/// A request of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxyRequest {
    pub method: String,
    /// On this computer.
    pub url: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}
