//! The clients that have the operations: within one company, or without a company.

use std::fmt;
use std::sync::Arc;

use tokio::sync::Semaphore;

use super::call_target::{CallTarget, CompanyScope};
use super::handle::Client;
use crate::CompanyId;

/// The operations of the API in one scope: one method per operation, each returning a
/// [`Call`](crate::Call).
///
/// [`Client::for_company`] and [`Client::reseller_wide`] return one. The scope is a part of the type,
/// so a function that must work within a customer asks for a [`CompanyClient`], and one that must not
/// for a [`ResellerClient`]:
///
/// ```no_run
/// use keepnet_client::{Client, CompanyClient, CompanyId, Error};
///
/// async fn delete(acme: &CompanyClient, user: &str) -> Result<(), Error> {
///     acme.delete_target_user(user).await?;
///     Ok(())
/// }
///
/// # async fn demo(client: Client) -> Result<(), Error> {
/// let acme = client.for_company(&CompanyId::new("xC5kfGz7w2Nz")?);
/// delete(&acme, "u5erR3source").await?;
/// # Ok(()) }
/// ```
///
/// The other scope does not compile:
///
/// ```compile_fail,E0308
/// use keepnet_client::{Client, CompanyClient, Error};
///
/// async fn delete(acme: &CompanyClient, user: &str) -> Result<(), Error> {
///     acme.delete_target_user(user).await?;
///     Ok(())
/// }
///
/// # async fn demo(client: Client) -> Result<(), Error> {
/// delete(&client.reseller_wide(), "u5erR3source").await?;
/// # Ok(()) }
/// ```
///
/// A function for both takes any [`Scope`]. Cheap to clone.
#[derive(Clone)]
pub struct ScopedClient<S> {
    client: Client,
    scope: S,
    /// The company as it is sent.
    company: Option<Arc<CompanyScope>>,
}

/// The operations within one customer company.
pub type CompanyClient = ScopedClient<ForCompany>;

/// The operations without a company.
pub type ResellerClient = ScopedClient<ResellerWide>;

/// What the operations of a [`ScopedClient`] are limited to: [`ForCompany`] or [`ResellerWide`].
pub trait Scope: sealed::Sealed + Clone + fmt::Debug + Send + Sync + 'static {
    /// The company, or `None` for the whole reseller.
    fn company(&self) -> Option<&CompanyId>;
}

/// Within one customer company.
#[derive(Clone, Debug)]
pub struct ForCompany(CompanyId);

/// Without a company: an operation that works within one works within the reseller's own.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ResellerWide;

mod sealed {
    pub trait Sealed {}

    impl Sealed for super::ForCompany {}
    impl Sealed for super::ResellerWide {}
}

impl Scope for ForCompany {
    fn company(&self) -> Option<&CompanyId> {
        Some(&self.0)
    }
}

impl Scope for ResellerWide {
    fn company(&self) -> Option<&CompanyId> {
        None
    }
}

impl Client {
    /// The operations within a customer company: every request carries its id.
    #[must_use]
    pub fn for_company(&self, company: &CompanyId) -> CompanyClient {
        CompanyClient::new(self.clone(), company)
    }

    /// The operations without a company, such as listing the customers.
    ///
    /// An operation that works within a company works within the reseller's own then: creating a user
    /// creates a user of the reseller.
    #[must_use]
    pub fn reseller_wide(&self) -> ResellerClient {
        ResellerClient::new(self.clone())
    }
}

impl<S> ScopedClient<S> {
    /// The connection, for another scope.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// What the operations are limited to.
    #[must_use]
    pub fn scope(&self) -> &S {
        &self.scope
    }

    pub(crate) fn target(&self) -> CallTarget {
        CallTarget {
            shared: Arc::clone(&self.client.shared),
            scope: self.company.clone(),
        }
    }
}

impl ResellerClient {
    fn new(client: Client) -> Self {
        Self {
            client,
            scope: ResellerWide,
            company: None,
        }
    }
}

impl CompanyClient {
    fn new(client: Client, company: &CompanyId) -> Self {
        let scope = CompanyScope {
            company: company.clone(),
            header: company.header(),
            reads: None,
        };
        Self {
            client,
            scope: ForCompany(company.clone()),
            company: Some(Arc::new(scope)),
        }
    }

    /// The same company with at most this many reads in flight, over all clones of the result; 0 counts
    /// as 1. The limits of the whole client apply as well. So one of several companies at work that
    /// hangs leaves the other permits of the client to them.
    #[must_use]
    pub fn limit_reads(&self, most: usize) -> Self {
        let scope = CompanyScope {
            company: self.scope.0.clone(),
            header: self.scope.0.header(),
            reads: Some(Arc::new(Semaphore::new(most.max(1)))),
        };
        Self {
            company: Some(Arc::new(scope)),
            ..self.clone()
        }
    }

    /// The company that every request carries.
    #[must_use]
    pub fn company(&self) -> &CompanyId {
        &self.scope.0
    }
}

impl<S: fmt::Debug> fmt::Debug for ScopedClient<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScopedClient")
            .field("client", &self.client)
            .field("scope", &self.scope)
            .finish()
    }
}
