//! The files of a profile that say whom to trust, and what to show to the service.

use std::fs;
use std::path::{Path, PathBuf};

use keepnet_client::ClientConfig;
use toml::Value;

use crate::config::private_file;
use crate::exit::{CliError, ExitStatus, Result};

/// Files in PEM.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TlsFiles {
    /// Authorities that are trusted in addition to those of the system.
    pub(in crate::config) root_certificates: Option<PathBuf>,
    pub(in crate::config) identity: Option<IdentityFiles>,
}

/// What the client shows to a service, or a gateway before it, that asks for a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::config) struct IdentityFiles {
    /// The certificate, and the ones between it and its authority.
    pub(in crate::config) certificates: PathBuf,
    /// Its private key. Only its owner may access the file.
    pub(in crate::config) key: PathBuf,
}

impl IdentityFiles {
    /// Reads `{ certificates = "PATH", key = "PATH" }`.
    pub(in crate::config) fn parse(
        value: &Value,
        resolve: impl Fn(&str) -> PathBuf,
    ) -> Option<IdentityFiles> {
        let table = value.as_table().filter(|table| table.len() == 2)?;
        Some(IdentityFiles {
            certificates: resolve(table.get("certificates")?.as_str()?),
            key: resolve(table.get("key")?.as_str()?),
        })
    }
}

impl TlsFiles {
    /// Reads the files into the configuration of a client. No error quotes them.
    pub(in crate::config) fn apply(&self, mut config: ClientConfig) -> Result<ClientConfig> {
        if let Some(path) = &self.root_certificates {
            config = config.root_certificates(read(path, "root certificates")?);
        }
        if let Some(files) = &self.identity {
            let certificates = read(&files.certificates, "client certificate")?;
            let key = private_file::read(&files.key, "private key")?;
            config = config.identity(certificates, key);
        }
        Ok(config)
    }
}

fn read(path: &Path, name: &str) -> Result<Vec<u8>> {
    fs::read(path).map_err(|error| {
        let problem = format!("the {name} cannot be read");
        CliError::about_file(ExitStatus::Configuration, path, problem).with_source(error)
    })
}
