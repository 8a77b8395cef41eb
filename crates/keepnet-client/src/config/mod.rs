//! What a client is configured with.

mod client_config;
mod credentials;
#[cfg(feature = "reqwest")]
mod http_builder;
mod timeouts;
mod tls_identity;
mod token_source;

pub use client_config::ClientConfig;
pub use credentials::Credentials;
pub use timeouts::Timeouts;
pub use token_source::{AccessToken, SignIn, TokenSource, TokenSourceError};
