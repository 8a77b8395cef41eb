//! The client id and secret.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

/// The client id and secret of a REST API client, as created in the company's settings.
///
/// The secret is wiped from memory when dropped and never printed.
#[derive(Clone)]
pub struct Credentials {
    client_id: String,
    client_secret: SecretString,
}

impl Credentials {
    /// Takes the pair as the platform shows it once, on creation.
    #[must_use]
    pub fn new(client_id: impl Into<String>, client_secret: impl Into<SecretString>) -> Self {
        Self {
            client_id: client_id.into(),
            client_secret: client_secret.into(),
        }
    }

    /// The client id, which is not a secret.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.client_id == other.client_id && self.secret() == other.secret()
    }

    pub(crate) fn secret(&self) -> &str {
        self.client_secret.expose_secret()
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("client_id", &self.client_id)
            .field("client_secret", &"[redacted]")
            .finish()
    }
}
