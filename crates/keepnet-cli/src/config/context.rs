//! What a command works with: the credentials, the service, the company.

use std::env;
use std::fs;
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;

use keepnet_client::{ClientConfig, Credentials, Session};
use keepnet_flows::{Company, Reseller};
use keepnet_sandbox::Sandbox;

use super::options::GlobalOptions;
use super::profile::Profile;
use super::proxy;
use super::sandbox_clock::SandboxClock;
use crate::exit::{Failure, Status};

/// The credential of the sandbox's reseller.
const SANDBOX: (&str, &str) = ("sandbox-client", "sandbox-secret");
const PUBLIC_SERVICE: &str = "https://api.keepnetlabs.com";

/// The service that a command talks to, and who it signs in as.
pub(crate) struct Context {
    config: ClientConfig,
    base_url: String,
    client_id: String,
    company: Option<String>,
    /// Stops when dropped.
    _sandbox: Option<Sandbox>,
}

impl Context {
    /// Collects what the arguments, the environment and the profile say, in this order, and starts the sandbox if asked to.
    /// Makes no request.
    pub(crate) async fn new(global: &GlobalOptions) -> Result<Context, Failure> {
        let company = global
            .company
            .clone()
            .or_else(|| read("KEEPNET_COMPANY_ID"));
        let application = concat!("keepnet-cli/", env!("CARGO_PKG_VERSION"));
        if global.sandbox {
            let sandbox = Sandbox::builder().start().await.map_err(|error| {
                Failure::new(Status::Failed, "the sandbox did not start").caused_by(error)
            })?;
            let (client_id, secret) = SANDBOX;
            return Ok(Context {
                config: ClientConfig::new(Credentials::new(client_id, secret))
                    .base_url(sandbox.url())
                    .application(application)
                    .clock(Arc::new(SandboxClock::default())),
                base_url: sandbox.url().to_owned(),
                client_id: client_id.to_owned(),
                company,
                _sandbox: Some(sandbox),
            });
        }
        let named = global.profile.clone().or_else(|| read("KEEPNET_PROFILE"));
        let profile = Profile::read(named.as_deref(), &read)?;
        let base_url = global
            .base_url
            .clone()
            .or_else(|| read("KEEPNET_API_BASE_URL"))
            .or_else(|| profile.base_url.clone())
            .unwrap_or_else(|| PUBLIC_SERVICE.to_owned());
        let (client_id, secret) = credentials(global.secret_file.as_deref(), &profile, &read)?;
        let company = company.or(profile.company);
        let mut config = ClientConfig::new(Credentials::new(client_id.as_str(), secret))
            .base_url(base_url.as_str())
            .application(application);
        if let Some(proxy) = proxy::for_url(&base_url, &read) {
            config = config.proxy(proxy);
        }
        Ok(Context {
            config,
            base_url,
            client_id,
            company,
            _sandbox: None,
        })
    }

    /// Signs in.
    pub(crate) async fn reseller(&self) -> Result<Reseller, Failure> {
        Ok(Reseller::with_config(self.config.clone()).await?)
    }

    /// Signs in and looks up the company to act in.
    pub(crate) async fn company(&self) -> Result<Company, Failure> {
        let Some(wanted) = &self.company else {
            return Err(no_company());
        };
        let reseller = self.reseller().await?;
        reseller.company(wanted).await.map_err(Failure::of_choice)
    }

    /// The company that was named, by an argument or the environment.
    pub(crate) fn company_wanted(&self) -> Option<&str> {
        self.company.as_deref()
    }

    /// What any call is made on: of the company to act in where one is named, and of the reseller
    /// otherwise.
    pub(crate) async fn session(&self) -> Result<Session, Failure> {
        match self.company {
            Some(_) => Ok(self.company().await?.raw().session().clone()),
            None => Ok(self.reseller().await?.raw().session().clone()),
        }
    }

    /// The address of the service.
    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The id of the credential.
    pub(crate) fn client_id(&self) -> &str {
        &self.client_id
    }
}

fn no_company() -> Failure {
    Failure::new(Status::Usage, "no customer company is named").hint(
        "name it with --company NAME|ID or KEEPNET_COMPANY_ID; `keepnet companies list` shows them",
    )
}

/// A variable of the environment; an empty one counts as none.
fn read(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.trim().is_empty())
}

fn credentials(
    secret_file: Option<&Path>,
    profile: &Profile,
    read: &dyn Fn(&str) -> Option<String>,
) -> Result<(String, String), Failure> {
    let missing = |name: &str| {
        Failure::new(Status::Configuration, format!("{name} is not set")).hint(
            "set KEEPNET_CLIENT_ID and KEEPNET_CLIENT_SECRET (or --secret-file, or --profile) to a REST \
             API client with the role Reseller, or try --sandbox",
        )
    };
    let client_id = read("KEEPNET_CLIENT_ID")
        .or_else(|| profile.client_id.clone())
        .ok_or_else(|| missing("KEEPNET_CLIENT_ID"))?;
    let secret = match (secret_file, read("KEEPNET_CLIENT_SECRET"), &profile.secret) {
        (Some(path), ..) => secret_in(path)?,
        (None, Some(secret), _) => secret,
        (None, None, Some(place)) => place.read(read)?,
        (None, None, None) => return Err(missing("KEEPNET_CLIENT_SECRET")),
    };
    Ok((client_id.trim().to_owned(), secret.trim().to_owned()))
}

fn secret_in(path: &Path) -> Result<String, Failure> {
    let content = if path == Path::new("-") {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        fs::read_to_string(path)
    };
    let shown = path.display();
    match content {
        Ok(text) if !text.trim().is_empty() => Ok(text),
        Ok(_) => Err(Failure::new(
            Status::Configuration,
            format!("{shown}: the secret file is empty"),
        )),
        Err(error) => Err(Failure::new(
            Status::Configuration,
            format!("{shown}: the secret file cannot be read"),
        )
        .caused_by(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_come_from_the_environment_or_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let full = folder.path().join("full");
        let empty = folder.path().join("empty");
        fs::write(&full, "from-file\n").unwrap();
        fs::write(&empty, "\n").unwrap();
        let profile = Profile::default();
        let check = |file: Option<&Path>, set: &[(&str, &str)], expected: Result<&str, &str>| {
            let read = |name: &str| {
                let value = set.iter().find(|(known, _)| *known == name);
                value.map(|(_, value)| (*value).to_owned())
            };
            let found = credentials(file, &profile, &read);
            match (found, expected) {
                (Ok((id, secret)), Ok(expected)) => {
                    assert_eq!((id.as_str(), secret.as_str()), ("me", expected));
                }
                (Err(failure), Err(expected)) => {
                    assert_eq!(failure.status(), Status::Configuration);
                    let text = failure.text(false);
                    assert!(text.contains(expected), "{text}");
                }
                (found, expected) => panic!("{}, expected {expected:?}", found.is_ok()),
            }
        };
        let id = ("KEEPNET_CLIENT_ID", "me");
        let secret = ("KEEPNET_CLIENT_SECRET", "from-environment");
        check(None, &[id, secret], Ok("from-environment"));
        check(Some(&full), &[id], Ok("from-file"));
        check(Some(&full), &[id, secret], Ok("from-file"));
        check(None, &[], Err("KEEPNET_CLIENT_ID is not set"));
        check(None, &[secret], Err("KEEPNET_CLIENT_ID is not set"));
        check(None, &[id], Err("KEEPNET_CLIENT_SECRET is not set"));
        check(Some(&empty), &[id], Err("is empty"));
        check(
            Some(&folder.path().join("none")),
            &[id],
            Err("cannot be read"),
        );
    }
}
