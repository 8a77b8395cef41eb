//! The credential of a reseller.

use std::fmt;
use std::time::SystemTime;

use keepnet_client::{Client, ClientConfig, TokenInfo};

use crate::Result;
use crate::import_words::KnownWords;

/// The credential of a reseller, or of one company. A clone is cheap: it shares the token and the
/// connections.
#[derive(Clone)]
pub struct Reseller {
    client: Client,
    import_words: KnownWords,
}

impl Reseller {
    /// Checks the settings and sends nothing: the first call signs in.
    ///
    /// So a program can start while the service is down. [`account`](Self::account) signs in without
    /// another call.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) for unusable settings.
    pub fn new(config: &ClientConfig) -> Result<Reseller> {
        let client = Client::new(config)?;
        Ok(Reseller {
            client,
            import_words: KnownWords::default(),
        })
    }

    /// Signs in at once, so that wrong credentials show before the work begins. Takes a
    /// [`ClientConfig`], or [`Credentials`](crate::Credentials) for the public service with the default
    /// settings.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) for unusable settings,
    /// [`ErrorKind::Credentials`](crate::ErrorKind::Credentials) if the service refuses the
    /// credentials; otherwise the kinds of a service that is not available.
    pub async fn connect(config: impl Into<ClientConfig>) -> Result<Reseller> {
        let reseller = Reseller::new(&config.into())?;
        let info = reseller.client.token_info().await;
        info.map_err(|error| error.with_action("signing in"))?;
        Ok(reseller)
    }

    /// Reads from the token who is signed in.
    ///
    /// # Errors
    ///
    /// If the token has expired and the service issues no new one.
    pub async fn account(&self) -> Result<Account> {
        let info = self.client.token_info().await;
        info.map(Account::from)
            .map_err(|error| error.with_action("reading the account"))
    }

    /// The words that the service knows for the modes of an import.
    pub(crate) fn import_words(&self) -> &KnownWords {
        &self.import_words
    }

    /// The raw client. It has no operations until it gets a scope, such as
    /// [`reseller_wide`](Client::reseller_wide).
    pub fn raw(&self) -> &Client {
        &self.client
    }
}

impl fmt::Debug for Reseller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reseller")
            .field("base_url", &self.client.base_url())
            .finish_non_exhaustive()
    }
}

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Account {
    /// The resource id of the credential's own company.
    pub company_id: Option<String>,
    /// That company's name.
    pub company_name: Option<String>,
    /// The role, such as `Reseller`.
    pub role: Option<String>,
    /// When the token expires; the next call then fetches a new one.
    pub token_expires_at: SystemTime,
    /// How many operations the credential may call; 0 if the service does not say.
    pub permissions: usize,
}

impl From<TokenInfo> for Account {
    fn from(info: TokenInfo) -> Account {
        Account {
            company_id: info.company_id,
            company_name: info.company_name,
            role: info.role,
            token_expires_at: info.expires_at,
            permissions: info.permissions.len(),
        }
    }
}
