//! What a command works with: the credentials, the service, and the customer.

use std::sync::Arc;

use keepnet_client::{ClientConfig, Credentials};
use keepnet_flows::{Company, Reseller};
use keepnet_sandbox::Sandbox;

use super::environment::Environment;
use super::options::GlobalOptions;
use super::profile::Profile;
use super::sandbox_clock::SandboxClock;
use super::{credentials, proxy};
use crate::exit::{CliError, Result};

const APPLICATION: &str = concat!("keepnet-cli/", env!("CARGO_PKG_VERSION"));
const PUBLIC_SERVICE: &str = "https://api.keepnetlabs.com";
/// The credentials of the sandbox's reseller.
const SANDBOX: (&str, &str) = ("sandbox-client", "sandbox-secret");

/// The service that a command calls, and the credentials that it uses.
pub(crate) struct Context {
    config: ClientConfig,
    /// The address of the service.
    pub(crate) base_url: String,
    /// The id of the credentials.
    pub(crate) client_id: String,
    /// The name or id of the customer to work on, as the user gave it.
    pub(crate) company: Option<String>,
    /// Stops when it is dropped.
    _sandbox: Option<Sandbox>,
}

impl Context {
    /// Reads the settings, and starts the sandbox for `--sandbox`; sends no request.
    ///
    /// An argument wins over the environment, and the environment over the profile.
    pub(crate) async fn new(global: &GlobalOptions) -> Result<Context> {
        let environment = Environment::of_process();
        let company = global.company.clone();
        let company = company.or_else(|| environment.text("KEEPNET_COMPANY_ID"));
        if global.sandbox {
            return Context::with_sandbox(company).await;
        }
        let name = global.profile.clone();
        let name = name.or_else(|| environment.text("KEEPNET_PROFILE"));
        let profile = match name {
            Some(name) => Profile::read(&name, &environment)?,
            None => Profile::default(),
        };
        let secret_file = global.secret_file.as_deref();
        let (client_id, secret) = credentials::find(secret_file, &profile, &environment)?;
        let base_url = global
            .base_url
            .clone()
            .or_else(|| environment.text("KEEPNET_API_BASE_URL"))
            .or(profile.base_url)
            .unwrap_or_else(|| PUBLIC_SERVICE.to_owned());
        let mut config = ClientConfig::new(Credentials::new(client_id.as_str(), secret))
            .base_url(base_url.as_str())
            .application(APPLICATION);
        if let Some(proxy) = proxy::for_url(&base_url, &environment) {
            config = config.proxy(proxy);
        }
        Ok(Context {
            config,
            base_url,
            client_id,
            company: company.or(profile.company),
            _sandbox: None,
        })
    }

    async fn with_sandbox(company: Option<String>) -> Result<Context> {
        let sandbox = Sandbox::builder()
            .start()
            .await
            .map_err(|error| CliError::failed("the sandbox did not start").with_source(error))?;
        let (client_id, secret) = SANDBOX;
        Ok(Context {
            config: ClientConfig::new(Credentials::new(client_id, secret))
                .base_url(sandbox.url())
                .application(APPLICATION)
                .clock(Arc::new(SandboxClock::default())),
            base_url: sandbox.url().to_owned(),
            client_id: client_id.to_owned(),
            company,
            _sandbox: Some(sandbox),
        })
    }

    /// Signs in.
    pub(crate) async fn reseller(&self) -> Result<Reseller> {
        Ok(Reseller::with_config(self.config.clone()).await?)
    }

    /// Signs in, and looks up the customer to work on.
    pub(crate) async fn company(&self) -> Result<Company> {
        let Some(name_or_id) = &self.company else {
            let error = CliError::usage("no customer is given");
            return Err(error.with_hint(
                "give one with --company NAME|ID or KEEPNET_COMPANY_ID; `keepnet companies list` \
                 lists them",
            ));
        };
        let reseller = self.reseller().await?;
        let company = reseller.company(name_or_id).await;
        company.map_err(CliError::from_company_lookup)
    }
}
