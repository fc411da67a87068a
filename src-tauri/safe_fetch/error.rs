//! Errors of this crate, one variant per outcome.
//!
//! `Display` is the whole sentence. None of them shows more of the address than its host: the rest may hold a secret.

/// An outcome other than the bytes. It can be kept, and given again to the next who asks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    // Seen before anything is asked.
    #[error("This is not a web address. Give one that begins with http:// or https://.")]
    InvalidUrl,
    #[error("Pictures are fetched by http and https only, not by {scheme}.")]
    UnsupportedScheme { scheme: String },
    #[error(
        "Pictures are fetched from ports 80, 443 and 1024 to 65535 only, not from port {port} of {host}."
    )]
    ForbiddenPort { host: String, port: u16 },
    #[error("The address holds a user name or a password. Give one without.")]
    CredentialsInUrl { host: String },
    #[error(
        "{host} is an address inside a computer or network, and pictures are only fetched from the public web."
    )]
    PrivateAddress { host: String },

    // The other side's doing.
    #[error("There is no host called {host}. Check the address.")]
    UnknownHost { host: String },
    #[error("{host} does not accept connections.")]
    Unreachable { host: String },
    #[error("{host} has a certificate that cannot be trusted.")]
    UntrustedCertificate { host: String },
    #[error("{host} does not answer like a web server.")]
    NotHttp { host: String },
    #[error("{host} sends on to something that is no web address.")]
    BadRedirect { host: String },
    #[error("{host} is one redirect too many: {most} are followed. Give the last address.")]
    TooManyRedirects { host: String, most: usize },
    #[error("{host} answered {status} instead of the picture.")]
    UnexpectedStatus { host: String, status: u16 },
    #[error("{host} cut the connection before the picture was whole.")]
    Interrupted { host: String },
    #[error("{host} did not send the picture in time.")]
    TimedOut { host: String },
    #[error("The picture at {host} is larger than {most} bytes.")]
    TooLarge { host: String, most: u64 },

    // On this side.
    #[error("No connection can be made from here: {reason}.")]
    ClientSetup { reason: String },
}
