//! The handle of a customer company: id, name and a client that is scoped to it.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use keepnet_client::{Client, CompanyClient, CompanyId, CompanyRef};

use crate::Error;
use crate::import_words::KnownWords;

/// A customer company. Every call made through it is scoped to it.
///
/// Only [`Reseller::company`](crate::Reseller::company) returns one, and every call for a single company
/// is a method of it. So a call without a company does not compile, neither this
///
/// ```compile_fail,E0599
/// # async fn demo(reseller: keepnet_flows::Reseller, sheet: keepnet_flows::Sheet) -> keepnet_flows::Result<()> {
/// let preview = reseller.import_users(sheet).await?;
/// # Ok(()) }
/// ```
///
/// nor this:
///
/// ```compile_fail,E0599
/// # async fn demo(reseller: keepnet_flows::Reseller, sheet: keepnet_flows::Sheet) -> keepnet_flows::Result<()> {
/// let users = reseller.users();
/// # Ok(()) }
/// ```
///
/// With the company both compile:
///
/// ```no_run
/// # async fn demo(reseller: keepnet_flows::Reseller, sheet: keepnet_flows::Sheet) -> keepnet_flows::Result<()> {
/// let acme = reseller.company("Acme LLC").await?;
/// let preview = acme.import_users(sheet).await?;
/// let users = acme.users();
/// # Ok(()) }
/// ```
///
/// A clone is cheap: it shares the token and the connections.
#[derive(Clone)]
pub struct Company {
    this: Arc<CompanyRef>,
    client: CompanyClient,
    import_words: KnownWords,
}

impl Company {
    /// `import_words` are those that all companies of the same service share.
    pub(crate) fn new(
        client: &Client,
        import_words: KnownWords,
        id: &CompanyId,
        name: String,
    ) -> Company {
        Company {
            this: Arc::new(CompanyRef::new(id.as_str(), name)),
            client: client.for_company(id),
            import_words,
        }
    }

    /// The resource id, such as `xC5kfGz7w2Nz`.
    pub fn id(&self) -> &str {
        &self.this.id
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.this.name
    }

    /// Id and name, as reports and errors show them.
    pub fn reference(&self) -> &CompanyRef {
        &self.this
    }

    /// The raw client of this company: every operation of the API, with its generated types.
    pub fn raw(&self) -> &CompanyClient {
        &self.client
    }

    /// The same company with at most this many reads in flight.
    pub(crate) fn limit_reads(self, most: usize) -> Company {
        Company {
            client: self.client.limit_reads(most),
            ..self
        }
    }

    /// The words that the service knows for the modes of an import.
    pub(crate) fn import_words(&self) -> &KnownWords {
        &self.import_words
    }

    /// Adds an action and this company to an error, for a public method to call once.
    pub(crate) fn context(
        &self,
        action: impl Into<Cow<'static, str>>,
    ) -> impl FnOnce(Error) -> Error {
        move |error| error.with_action(action).with_company(&self.this)
    }
}

impl fmt::Display for Company {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.this.fmt(f)
    }
}

impl fmt::Debug for Company {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Company")
            .field("id", &self.this.id)
            .field("name", &self.this.name)
            .finish_non_exhaustive()
    }
}
