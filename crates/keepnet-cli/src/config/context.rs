//! What a command works with: the credentials, the service, and the customer.

use std::sync::Arc;

use http::HeaderMap;
use keepnet_client::{ClientConfig, Credentials, Observer, RequestInfo, TryInfo, TryResult, Wait};
use keepnet_flows::{Company, Error, ErrorKind, Reseller};
use keepnet_sandbox::Sandbox;

use super::environment::Environment;
use super::options::GlobalOptions;
use super::profile::Profile;
use super::resolved::{self, ResolvedSettings};
use super::sandbox_clock::SandboxClock;
use super::setting::{Setting, Source};
use super::{credentials, proxy};
use crate::exit::{CliError, ExitStatus, Result};
use crate::interrupt::WriteObserver;
use crate::ui::WaitNotice;

const APPLICATION: &str = concat!("keepnet-cli/", env!("CARGO_PKG_VERSION"));
/// The credentials of the sandbox's reseller.
const SANDBOX: (&str, &str) = ("sandbox-client", "sandbox-secret");

/// The service that a command calls, and the credentials that it uses.
pub(crate) struct Context {
    config: ClientConfig,
    /// The address of the service.
    pub(crate) base_url: String,
    /// What names the address; none for a sandbox.
    base_url_source: Option<Source>,
    /// The id of the credentials.
    pub(crate) client_id: String,
    /// The name or id of the customer to work on, as the user gave it.
    pub(crate) company: Option<String>,
    /// The same, with its source and with what another source names. It has to be the same customer.
    company_setting: Option<Setting>,
}

impl Context {
    /// Reads the settings, and starts the sandbox for `--sandbox`; sends no request.
    ///
    /// An argument goes first, also the settings of the profile that an argument names. The environment
    /// and any other profile must not name different values.
    pub(crate) async fn new(global: &GlobalOptions) -> Result<Context> {
        let environment = Environment::of_process();
        if global.sandbox {
            let company = match global.company.clone() {
                None => environment.setting("KEEPNET_COMPANY_ID")?,
                company => company,
            };
            return Context::with_sandbox(company).await;
        }
        let profile = Profile::choose(global.profile.as_deref(), &environment)?;
        let secret_file = global.secret_file.as_deref();
        let (client_id, secret) = credentials::find(secret_file, &profile, &environment)?;
        let base_url = resolved::base_url(global, &profile, &environment)?;
        let Setting {
            value: base_url,
            source: base_url_source,
            ..
        } = base_url.unless_conflict("base URL")?;
        let company_setting = resolved::company(global, &profile, &environment)?;
        let mut config = client_config(&client_id, &secret, &base_url);
        if let Some(proxy) = proxy::for_url(&base_url, &environment) {
            config = config.proxy(proxy.value);
        }
        Ok(Context {
            config: profile.tls.apply(config)?,
            base_url,
            base_url_source: Some(base_url_source),
            client_id,
            company: company_setting.as_ref().map(|it| it.value.clone()),
            company_setting,
        })
    }

    /// The service with these credentials, before they are stored.
    pub(crate) fn with_credentials(
        global: &GlobalOptions,
        client_id: &str,
        secret: &str,
        profile: Option<&ResolvedSettings>,
    ) -> Result<Context> {
        let environment = Environment::of_process();
        let base_url = match profile {
            Some(settings) => settings.base_url.clone(),
            None => ResolvedSettings::base_url_of_arguments(global)?,
        };
        let Setting {
            value: base_url,
            source: base_url_source,
            ..
        } = base_url;
        let mut config = client_config(client_id, secret, &base_url);
        if let Some(proxy) = proxy::for_url(&base_url, &environment) {
            config = config.proxy(proxy.value);
        }
        if let Some(settings) = profile {
            config = settings.tls.apply(config)?;
        }
        Ok(Context {
            config,
            base_url,
            base_url_source: Some(base_url_source),
            client_id: client_id.to_owned(),
            company: global.company.clone(),
            company_setting: None,
        })
    }

    async fn with_sandbox(company: Option<String>) -> Result<Context> {
        let sandbox = Sandbox::builder()
            .start()
            .await
            .map_err(|error| CliError::failed("the sandbox did not start").with_source(error))?;
        let (client_id, secret) = SANDBOX;
        let base_url = sandbox.url().to_owned();
        // It stops when it is dropped, and a customer may be used after this context.
        std::mem::forget(sandbox);
        Ok(Context {
            config: client_config(client_id, secret, &base_url)
                .clock(Arc::new(SandboxClock::default())),
            base_url,
            base_url_source: None,
            client_id: client_id.to_owned(),
            company,
            company_setting: None,
        })
    }

    /// Signs in.
    pub(crate) async fn reseller(&self) -> Result<Reseller> {
        let reseller = Reseller::connect(self.config.clone()).await;
        reseller.map_err(|error| self.with_base_url(error))
    }

    /// Sends nothing: the first call signs in.
    pub(crate) fn reseller_without_call(&self) -> Result<Reseller> {
        Reseller::new(&self.config).map_err(|error| self.with_base_url(error))
    }

    /// Adds the base URL and its source to an error of the configuration.
    fn with_base_url(&self, error: Error) -> CliError {
        let is_of_configuration = error.kind() == ErrorKind::Config;
        let error = CliError::from(error);
        match &self.base_url_source {
            Some(source) if is_of_configuration => error.with_default_hint(|| {
                format!("the base URL is {:?}, from {source}", self.base_url)
            }),
            _ => error,
        }
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
        let company = company.map_err(CliError::from_company_lookup)?;
        let setting = self.company_setting.as_ref();
        let other = setting.and_then(|setting| Some((setting, setting.conflict.as_ref()?)));
        if let Some((setting, other)) = other {
            let is_same = match reseller.company(&other.value).await {
                Ok(other) => other.id() == company.id(),
                Err(error) => match CliError::from_company_lookup(error) {
                    error if error.status() == ExitStatus::Permission => false,
                    error => return Err(error),
                },
            };
            if !is_same {
                let problem = format!(
                    "{} names the customer {company}, and {} names {:?}",
                    setting.source, other.source, other.value
                );
                return Err(CliError::new(ExitStatus::Permission, problem)
                    .with_hint(setting.conflict_hint()));
            }
        }
        Ok(company)
    }
}

fn client_config(client_id: &str, secret: &str, base_url: &str) -> ClientConfig {
    ClientConfig::new(Credentials::new(client_id, secret))
        .base_url(base_url)
        .application(APPLICATION)
        .observer(Arc::new(RequestObserver))
}

/// What the program sees of its requests: the waits, the requests without a response, and the writes
/// among them.
#[derive(Debug)]
struct RequestObserver;

impl Observer for RequestObserver {
    fn before_try(&self, this: &TryInfo<'_>) -> HeaderMap {
        WriteObserver.before_try(this)
    }

    fn after_try(&self, this: &TryInfo<'_>, result: &TryResult) {
        WriteObserver.after_try(this, result);
    }

    fn on_wait(&self, this: &TryInfo<'_>, wait: Wait) -> Option<Box<dyn Send>> {
        WaitNotice::STDERR.on_wait(this, wait)
    }

    fn on_request(&self, request: &RequestInfo<'_>) -> Option<Box<dyn Send>> {
        WaitNotice::STDERR.on_request(request)
    }
}

/// The proxy that the settings lead to, for an error; without a password.
pub(crate) fn proxy_in_use(global: &GlobalOptions) -> Option<String> {
    let url = base_url_in_use(global)?;
    let proxy = proxy::for_url(&url.value, &Environment::of_process())?;
    Some(proxy::without_password(&proxy.value))
}

/// The base URL and its source, for an error.
pub(crate) fn address_in_use(global: &GlobalOptions) -> Option<String> {
    let url = base_url_in_use(global)?;
    Some(format!(
        "the base URL is {:?}, from {}",
        url.value, url.source
    ))
}

/// The base URL of a command that does not use a sandbox of its own.
fn base_url_in_use(global: &GlobalOptions) -> Option<Setting> {
    if global.sandbox {
        return None;
    }
    let environment = Environment::of_process();
    // A login may store a new profile.
    let profile = Profile::choose(global.profile.as_deref(), &environment).unwrap_or_default();
    resolved::base_url(global, &profile, &environment).ok()
}
