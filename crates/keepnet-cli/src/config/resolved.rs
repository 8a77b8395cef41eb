//! All settings with their sources, as `config list` shows them.

use std::path::{Path, PathBuf};

use super::environment::Environment;
use super::folders::{config_file, state_folder};
use super::options::GlobalOptions;
use super::profile::{Profile, SecretSource, TlsFiles};
use super::setting::{Setting, Source};
use super::{credentials, proxy};
use crate::exit::Result;

const PUBLIC_SERVICE: &str = "https://api.keepnetlabs.com";

/// The settings of a command. A secret is not among them, only where it is.
pub(crate) struct ResolvedSettings {
    pub(crate) config_file: Option<Setting>,
    pub(crate) profile: Option<Setting>,
    pub(crate) base_url: Setting,
    pub(crate) client_id: Option<Setting>,
    pub(crate) secret: Option<(SecretSource, Source)>,
    pub(crate) company: Option<Setting>,
    /// The file of the authorities that are trusted in addition to those of the system.
    pub(crate) root_certificates: Option<Setting>,
    /// The file of the client certificate.
    pub(crate) identity: Option<Setting>,
    pub(super) tls: TlsFiles,
    pub(crate) state_folder: Option<Setting>,
    /// Without a password.
    pub(crate) proxy: Option<Setting>,
}

impl ResolvedSettings {
    /// The settings of a command with these options.
    pub(crate) fn find(global: &GlobalOptions) -> Result<ResolvedSettings> {
        let environment = &Environment::of_process();
        if global.sandbox {
            let profile = Profile::default();
            let mut settings = ResolvedSettings::with_profile(global, profile, environment)?;
            let sandbox = Source::Argument("--sandbox");
            settings.base_url = Setting::new("a temporary sandbox", sandbox);
            (settings.client_id, settings.secret, settings.proxy) = (None, None, None);
            return Ok(settings);
        }
        let profile = Profile::choose(global.profile.as_deref(), environment)?;
        ResolvedSettings::with_profile(global, profile, environment)
    }

    /// The settings as they are with this profile.
    pub(crate) fn of_profile(global: &GlobalOptions, name: &str) -> Result<ResolvedSettings> {
        let environment = &Environment::of_process();
        let profile = Profile::choose(Some(name), environment)?;
        ResolvedSettings::with_profile(global, profile, environment)
    }

    /// The address that the arguments or the environment give.
    pub(crate) fn base_url_of_arguments(global: &GlobalOptions) -> Result<Setting> {
        base_url(global, &Profile::default(), &Environment::of_process())
    }

    /// The client id of the environment.
    pub(crate) fn client_id_of_environment() -> Result<Option<String>> {
        let environment = Environment::of_process();
        let id = credentials::client_id(&Profile::default(), &environment)?;
        Ok(id.map(|id| id.value))
    }

    /// Whether there is a secret: a variable that is set, a file that exists, or a command.
    pub(crate) fn has_secret(&self) -> bool {
        let environment = Environment::of_process();
        match &self.secret {
            None => false,
            Some((SecretSource::Variable(name), _)) => environment.text(name).is_some(),
            Some((SecretSource::File(path), _)) => path.exists() || path == Path::new("-"),
            Some((SecretSource::Command(_), _)) => true,
        }
    }

    fn with_profile(
        global: &GlobalOptions,
        profile: Profile,
        environment: &Environment,
    ) -> Result<ResolvedSettings> {
        let base_url = base_url(global, &profile, environment)?;
        let proxy = proxy::for_url(&base_url.value, environment).map(|found| Setting {
            value: proxy::without_password(&found.value),
            ..found
        });
        let path = |path: Option<PathBuf>, variable: &str| {
            let source = match environment.path(variable) {
                Some(_) => Source::Variable(variable.to_owned()),
                None => Source::Default,
            };
            path.map(|path| Setting::new(path.display().to_string(), source))
        };
        let of_profile = |path: Option<&PathBuf>| {
            path.map(|path| Setting::new(path.display().to_string(), profile.source()))
        };
        let identity = profile.tls.identity.as_ref();
        Ok(ResolvedSettings {
            root_certificates: of_profile(profile.tls.root_certificates.as_ref()),
            identity: of_profile(identity.map(|files| &files.certificates)),
            config_file: path(config_file(environment)?, "KEEPNET_CONFIG"),
            client_id: credentials::client_id(&profile, environment)?,
            secret: credentials::secret_source(
                global.secret_file.as_deref(),
                &profile,
                environment,
            )?,
            company: company(global, &profile, environment)?,
            state_folder: path(state_folder(environment)?, "KEEPNET_STATE_DIR"),
            tls: profile.tls,
            profile: profile.name,
            base_url,
            proxy,
        })
    }
}

/// The address of the service.
pub(super) fn base_url(
    global: &GlobalOptions,
    profile: &Profile,
    environment: &Environment,
) -> Result<Setting> {
    if let Some(url) = &global.base_url {
        return Ok(Setting::new(url.as_str(), Source::Argument("--base-url")));
    }
    let url = profile.setting(|it| &it.base_url, "KEEPNET_API_BASE_URL", environment)?;
    Ok(url.unwrap_or_else(|| Setting::new(PUBLIC_SERVICE, Source::Default)))
}

/// The customer.
pub(super) fn company(
    global: &GlobalOptions,
    profile: &Profile,
    environment: &Environment,
) -> Result<Option<Setting>> {
    const VARIABLE: &str = "KEEPNET_COMPANY_ID";
    match &global.company {
        Some(company) => {
            let source = Source::Argument("--company");
            Ok(Some(Setting::new(company.as_str(), source)))
        }
        None => {
            let setting = profile.setting(|it| &it.company, VARIABLE, environment)?;
            let of_environment = environment.setting(VARIABLE)?;
            let of_environment = of_environment
                .map(|value| Setting::new(value, Source::Variable(VARIABLE.to_owned())));
            // A command that changes people must not choose between two customers, also where the
            // profile goes first.
            Ok(match setting {
                Some(setting) if profile.is_explicit => Some(setting.beside(of_environment)),
                setting => setting,
            })
        }
    }
}
