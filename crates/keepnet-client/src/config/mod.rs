//! What a client is configured with.

mod client_config;
mod credentials;
mod timeouts;

pub use client_config::ClientConfig;
pub use credentials::Credentials;
pub use timeouts::Timeouts;

pub(crate) use client_config::is_loopback;
