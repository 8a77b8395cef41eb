//! The certificate that the client shows to the service.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};

/// A client certificate and its private key, both in PEM.
#[derive(Clone)]
pub(crate) struct TlsIdentity {
    pub(crate) certificates: Vec<u8>,
    key: SecretString,
}

impl TlsIdentity {
    pub(super) fn new(certificates: Vec<u8>, key: SecretString) -> Self {
        Self { certificates, key }
    }

    pub(crate) fn key(&self) -> &str {
        self.key.expose_secret()
    }
}

impl fmt::Debug for TlsIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsIdentity").finish_non_exhaustive()
    }
}
