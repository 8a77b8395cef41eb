//! The connection to the service, which the scoped clients share.

use std::fmt;
use std::sync::Arc;

use http::Uri;
use url::Url;

use crate::auth::{TOKEN_PATH, TokenInfo, Tokens};
use crate::http::Transport;
use crate::retry::{Permits, RetryBudget};
use crate::{ClientConfig, Clock, Error, Observer, Operation, Random, RetryPolicy};

/// The connection of one credential to the service. It has no operations of its own.
///
/// An operation needs a scope, so that a change to the wrong company has to be written out:
/// [`for_company`](Self::for_company) gives the operations within one customer, and
/// [`reseller_wide`](Self::reseller_wide) those without a company, which read and change the company
/// of the reseller itself.
///
/// An operation without a scope does not compile:
///
/// ```compile_fail,E0599
/// # async fn demo(client: keepnet_client::Client) -> Result<(), keepnet_client::Error> {
/// client.delete_target_user("u5erR3source").await?;
/// # Ok(()) }
/// ```
///
/// With a scope it does:
///
/// ```no_run
/// # async fn demo(client: keepnet_client::Client) -> Result<(), keepnet_client::Error> {
/// use keepnet_client::CompanyId;
///
/// let acme = client.for_company(&CompanyId::new("xC5kfGz7w2Nz")?);
/// acme.delete_target_user("u5erR3source").await?;
///
/// // A user of the reseller's own company.
/// client.reseller_wide().delete_target_user("u5erR3source").await?;
/// # Ok(()) }
/// ```
///
/// All clones, and all clients with a scope, share the token, the connections and the limits. Cheap
/// to clone.
#[derive(Clone)]
pub struct Client {
    pub(super) shared: Arc<Shared>,
}

/// What all calls of one credential share.
pub(super) struct Shared {
    pub(super) base: Url,
    pub(super) transport: Transport,
    pub(super) tokens: Arc<Tokens>,
    pub(super) retry: RetryPolicy,
    pub(super) budget: Arc<RetryBudget>,
    pub(super) permits: Permits,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) random: Arc<dyn Random>,
    pub(super) observer: Option<Arc<dyn Observer>>,
}

impl Client {
    /// Prepares a client and signs in, so that wrong credentials show at once.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) for an unusable configuration, and those of
    /// [`token_info`](Self::token_info).
    pub async fn connect(config: ClientConfig) -> Result<Self, Error> {
        let client = Self::new(&config)?;
        client.token_info().await?;
        Ok(client)
    }

    /// Checks the configuration and prepares the connections. Makes no request: the first call
    /// signs in.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) for an unusable base URL, proxy, header,
    /// certificate or key, or where TLS cannot be set up.
    pub fn new(config: &ClientConfig) -> Result<Self, Error> {
        let base = config.checked_base_url()?;
        let transport = Transport::new(config, &base)?;
        let endpoint = Uri::try_from(String::from(url(&base, TOKEN_PATH)))
            .map_err(|_| Error::config("base URL: not usable".to_owned()))?;
        let budget = RetryBudget::new(config.retry.budget);
        let tokens = Tokens::new(config, endpoint, transport.clone(), Arc::clone(&budget));
        Ok(Self {
            shared: Arc::new(Shared {
                base,
                transport,
                tokens,
                retry: config.retry,
                budget,
                permits: Permits::new(config.concurrency),
                clock: Arc::clone(&config.clock),
                random: Arc::clone(&config.random),
                observer: config.observer.clone(),
            }),
        })
    }

    /// The address of the service, without a slash at its end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.shared.base.as_str().trim_end_matches('/')
    }

    /// The clock that the client waits by.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.shared.clock
    }

    /// The source of jitter and request ids.
    #[must_use]
    pub fn random(&self) -> &Arc<dyn Random> {
        &self.shared.random
    }

    /// Signs in if need be, and returns what the token says.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Credentials`](crate::ErrorKind::Credentials) where the service refuses the
    /// credentials; the kinds of an unreachable service otherwise.
    pub async fn token_info(&self) -> Result<TokenInfo, Error> {
        match self.shared.tokens.get().await {
            Ok(token) => Ok(token.info.clone()),
            Err(failure) => Err(Error::from_failure(
                "request_access_token",
                None,
                failure.into(),
            )),
        }
    }

    /// Whether the token's own list of permissions allows the operation, signing in if need be.
    /// `None` where the token carries no list or no operation has this id.
    ///
    /// The service decides by more than the list, by the company for instance, so a `Some(true)` is
    /// no promise.
    ///
    /// # Errors
    ///
    /// Those of [`token_info`](Self::token_info).
    pub async fn permits(&self, operation: &str) -> Result<Option<bool>, Error> {
        let info = self.token_info().await?;
        Ok(Operation::find(operation).and_then(|operation| info.permits(operation)))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.base_url())
            .field("tokens", &self.shared.tokens)
            .finish_non_exhaustive()
    }
}

/// Appends a path to the base, which may have a path of its own.
pub(super) fn url(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    let (path, query) = match path.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (path, None),
    };
    url.set_path(&format!(
        "{}/{}",
        base.path().trim_end_matches('/'),
        path.trim_start_matches('/')
    ));
    url.set_query(query);
    url
}
