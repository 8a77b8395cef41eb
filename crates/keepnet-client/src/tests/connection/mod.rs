//! How the client reaches the service.

mod config;
mod proxy;
mod tls;
