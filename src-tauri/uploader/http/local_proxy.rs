//! What the app's own page asks of this computer's server: the app carries it there with its key, so that the page needs
//! neither the key nor an address.

use crate::targets::Reply;
use crate::{Failure, Uploader};

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

impl Uploader {
    /// Carries a question to this computer's server and gives its answer, of at most 64 MB.
    pub async fn forward_request(
        &self,
        request: ProxyRequest,
        key: &str,
    ) -> Result<Reply, Failure> {
        self.http_clients().forward_request(request, key).await
    }
}
