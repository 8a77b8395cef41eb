//! Where a client gets what it signs in with.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use futures::future::BoxFuture;
use secrecy::{ExposeSecret as _, SecretString};

use super::credentials::Credentials;

/// Where a client gets what it signs in with: fixed [`Credentials`], or a vault that rotates them or
/// issues tokens itself.
///
/// ```
/// use futures::future::{BoxFuture, FutureExt as _};
/// use keepnet_client::{ClientConfig, Credentials, SignIn, TokenSource, TokenSourceError};
///
/// #[derive(Debug)]
/// struct Vault;
///
/// impl TokenSource for Vault {
///     fn sign_in(&self) -> BoxFuture<'_, Result<SignIn, TokenSourceError>> {
///         async {
///             // Read the present secret here.
///             Ok(SignIn::Credentials(Credentials::new("id", "secret")))
///         }
///         .boxed()
///     }
/// }
///
/// let config = ClientConfig::new(Vault);
/// # drop(config);
/// ```
pub trait TokenSource: fmt::Debug + Send + Sync + 'static {
    /// Called before each sign-in: at first, when the token nears its end, and when the service refused
    /// it. There is one call at a time.
    ///
    /// It may take as long as [one try](crate::Timeouts::attempt). The future runs in a task of the
    /// client and is dropped with it.
    ///
    /// # Errors
    ///
    /// Whatever prevents it. The calls that wait for the token end with
    /// [`ErrorKind::Credentials`](crate::ErrorKind::Credentials) and this error as their cause, so it
    /// must not show a secret.
    fn sign_in(&self) -> BoxFuture<'_, Result<SignIn, TokenSourceError>>;
}

/// Why a [`TokenSource`] has nothing to sign in with.
pub type TokenSourceError = Box<dyn Error + Send + Sync>;

/// What to sign in with.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum SignIn {
    /// The client requests a token with these.
    Credentials(Credentials),
    /// The client uses this token.
    Token(AccessToken),
}

/// A token that was issued elsewhere. It is never printed.
#[derive(Clone)]
pub struct AccessToken {
    token: SecretString,
    life: Option<Duration>,
}

impl AccessToken {
    /// A token and how long it is still valid; without that, an hour.
    #[must_use]
    pub fn new(token: impl Into<SecretString>, life: Option<Duration>) -> Self {
        Self {
            token: token.into(),
            life,
        }
    }

    pub(crate) fn secret(&self) -> &str {
        self.token.expose_secret()
    }

    pub(crate) fn life(&self) -> Option<Duration> {
        self.life
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken")
            .field("life", &self.life)
            .finish_non_exhaustive()
    }
}

impl TokenSource for Credentials {
    fn sign_in(&self) -> BoxFuture<'_, Result<SignIn, TokenSourceError>> {
        let credentials = self.clone();
        Box::pin(async move { Ok(SignIn::Credentials(credentials)) })
    }
}
