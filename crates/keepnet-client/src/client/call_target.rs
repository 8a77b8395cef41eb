//! Where a call goes: the connection, and the company it is scoped to or none.

use std::sync::Arc;

use http::header::HeaderValue;
use tokio::sync::Semaphore;
use url::Url;

use super::handle::{Shared, url};
use crate::{CompanyId, Timeouts};

/// The same type for both scopes, so that sending a call is compiled once.
#[derive(Clone)]
pub(crate) struct CallTarget {
    pub(super) shared: Arc<Shared>,
    pub(super) scope: Option<Arc<CompanyScope>>,
}

/// The company that requests are scoped to.
pub(super) struct CompanyScope {
    pub(super) company: CompanyId,
    /// The id as it is sent.
    pub(super) header: HeaderValue,
    /// The permits for reads of this handle, if it has its own limit.
    pub(super) reads: Option<Arc<Semaphore>>,
}

impl CallTarget {
    pub(super) fn company(&self) -> Option<&CompanyId> {
        self.scope.as_ref().map(|scope| &scope.company)
    }

    /// The limits of all calls that set none of their own.
    pub(crate) fn timeouts(&self) -> Timeouts {
        self.shared.transport.timeouts
    }

    /// The address of a path of the service, percent-encoded and with its query.
    pub(crate) fn url(&self, path: &str) -> Url {
        url(&self.shared.base, path)
    }
}
