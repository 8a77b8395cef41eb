//! A prepared builder of the HTTP connections.

use std::fmt;
use std::sync::Arc;

/// Makes the builder that the client completes; a builder itself cannot be cloned.
#[derive(Clone)]
pub(crate) struct HttpBuilder(pub(crate) Arc<dyn Fn() -> reqwest::ClientBuilder + Send + Sync>);

impl fmt::Debug for HttpBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HttpBuilder")
    }
}
