//! Profiles: settings in a file, so that not every command has to repeat them.
//!
//! The file says where a secret is, and never contains the secret.

mod tls_files;

use std::fmt;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::environment::Environment;
use super::home::expand_home;
use super::setting::{Setting, Source};
use super::{folders, private_file};
use crate::exit::{CliError, ExitStatus, Result};
use tls_files::IdentityFiles;

pub(super) use tls_files::TlsFiles;

/// The settings of one profile.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Profile {
    /// Its name; none if no profile is used.
    pub(super) name: Option<Setting>,
    pub(super) base_url: Option<String>,
    pub(super) client_id: Option<String>,
    pub(super) company: Option<String>,
    pub(super) secret: Option<SecretSource>,
    pub(super) tls: TlsFiles,
    /// Whether an argument chose it: its settings then go before those of the environment.
    pub(super) is_explicit: bool,
}

/// Where a secret is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SecretSource {
    /// In this variable of the environment.
    Variable(String),
    /// In this file, which only its owner may access.
    File(PathBuf),
    /// This program, with its arguments, prints it.
    Command(Vec<String>),
}

/// The place of a secret, without the secret.
impl fmt::Display for SecretSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SecretSource::Variable(name) => write!(f, "variable {name}"),
            SecretSource::File(path) => write!(f, "file {}", path.display()),
            SecretSource::Command(words) => {
                let program = words.first().map_or("", String::as_str);
                write!(f, "command {program}")
            }
        }
    }
}

impl Profile {
    /// The profile that the argument names, or else `KEEPNET_PROFILE`, or else `default_profile` of the
    /// configuration file; without all of them, it is empty.
    pub(super) fn choose(argument: Option<&str>, environment: &Environment) -> Result<Profile> {
        let name = name(argument, environment)?;
        let path = folders::config_file(environment)?;
        let (path, name) = match (path, name) {
            (None, None) => return Ok(Profile::default()),
            (None, Some(_)) => {
                let problem = "the folder for configuration files is unknown";
                return Err(CliError::configuration(problem)
                    .with_hint("set KEEPNET_CONFIG to the path of the file"));
            }
            (Some(path), None) if !path.exists() => return Ok(Profile::default()),
            (Some(path), name) => (path, name),
        };
        let text = private_file::read(&path, "configuration file").map_err(|error| {
            error.with_default_hint(|| match &name {
                Some(Setting { value: name, .. }) => format!(
                    "--profile {name} needs the section [profiles.{name}] of this file; set \
                     KEEPNET_CONFIG to use another file"
                ),
                None => "set KEEPNET_CONFIG to use another file".to_owned(),
            })
        })?;
        let file = parse_file(&text, &path)?;
        let default = || -> Result<Option<Setting>> {
            let name = default_profile(&file, &path)?;
            Ok(name.map(|name| Setting::new(name, Source::File)))
        };
        let Some(name) = name.map_or_else(default, |name| Ok(Some(name)))? else {
            return Ok(Profile::default());
        };
        let mut profile = profile(&file, &name.value, &path, environment)?;
        profile.is_explicit = argument.is_some();
        profile.name = Some(name);
        Ok(profile)
    }

    /// A setting of the profile or the variable. That of a profile that an argument chose goes first;
    /// otherwise both are in force, and another value is a conflict.
    pub(super) fn setting(
        &self,
        field: impl Fn(&Profile) -> &Option<String>,
        variable: &str,
        environment: &Environment,
    ) -> Result<Option<Setting>> {
        let of_profile = field(self).as_ref();
        let of_profile = of_profile.map(|value| Setting::new(value.as_str(), self.source()));
        if self.is_explicit && of_profile.is_some() {
            return Ok(of_profile);
        }
        let of_environment = environment.setting(variable)?;
        let of_environment =
            of_environment.map(|value| Setting::new(value, Source::Variable(variable.to_owned())));
        Ok(match of_environment {
            Some(setting) => Some(setting.beside(of_profile)),
            None => of_profile,
        })
    }

    /// The profile as the source of a value.
    pub(super) fn source(&self) -> Source {
        let name = self.name.as_ref();
        Source::Profile(name.map(|name| name.value.clone()).unwrap_or_default())
    }
}

/// The name of the profile that the argument or the environment chooses.
pub(super) fn name(argument: Option<&str>, environment: &Environment) -> Result<Option<Setting>> {
    if let Some(name) = argument {
        return Ok(Some(Setting::new(name, Source::Argument("--profile"))));
    }
    let source = || Source::Variable("KEEPNET_PROFILE".to_owned());
    let name = environment.setting("KEEPNET_PROFILE")?;
    Ok(name.map(|name| Setting::new(name, source())))
}

/// Parses the configuration file. No error quotes a value, which may be a secret.
pub(super) fn parse_file(text: &str, path: &Path) -> Result<Table> {
    let file: Table = text.parse().map_err(|syntax: toml::de::Error| {
        let before = syntax.span().and_then(|span| text.get(..span.start));
        let line = before.map_or(1, |before| before.matches('\n').count() + 1);
        problem(path, format!("line {line} is not valid TOML"))
    })?;
    match file
        .keys()
        .find(|key| !["default_profile", "profiles"].contains(&key.as_str()))
    {
        None => Ok(file),
        Some(key) => Err(problem(path, format!("there is the unknown setting {key}"))
            .with_hint("outside of the sections [profiles.NAME], the setting is default_profile")),
    }
}

/// The profile that the file names for commands without any other.
pub(super) fn default_profile(file: &Table, path: &Path) -> Result<Option<String>> {
    let Some(name) = file.get("default_profile") else {
        return Ok(None);
    };
    match name.as_str().map(str::trim) {
        Some("") | None => Err(problem(path, "default_profile is not a text".to_owned())),
        Some(name) => Ok(Some(name.to_owned())),
    }
}

fn problem(path: &Path, problem: String) -> CliError {
    CliError::about_file(ExitStatus::Configuration, path, problem)
}

/// Finds a profile in the file. No error quotes a value, which may be a secret.
pub(super) fn profile(
    file: &Table,
    name: &str,
    path: &Path,
    environment: &Environment,
) -> Result<Profile> {
    let error = |text| problem(path, text);
    let profiles = file.get("profiles").and_then(Value::as_table);
    let Some(profile) = profiles.and_then(|profiles| profiles.get(name)) else {
        let known: Vec<_> = profiles
            .into_iter()
            .flat_map(Table::keys)
            .cloned()
            .collect();
        let error = error(format!("there is no profile {name:?}"));
        return Err(error.with_hint(match known.is_empty() {
            true => format!("add the section [profiles.{name}]"),
            false => format!("known profiles: {}", known.join(", ")),
        }));
    };
    let section = format!("[profiles.{name}]");
    let Some(profile) = profile.as_table() else {
        return Err(error(format!("{section} is not a table")));
    };
    let literal_secret = || {
        error(format!("{section} must not contain the secret itself")).with_hint(
            "write secret = { env = \"NAME\" }, { file = \"PATH\" } or { command = [\"PROGRAM\"] }",
        )
    };
    let folder = path.parent().unwrap_or(Path::new("."));
    let resolve = |path: &str| folder.join(expand_home(Path::new(path), environment));
    let mut settings = Profile::default();
    for (key, value) in profile {
        let text = || match value.as_str().map(str::trim) {
            Some("") | None => Err(error(format!("{key} of {section} is not a text"))),
            Some(text) => Ok(Some(text.to_owned())),
        };
        match key.as_str() {
            "base_url" => settings.base_url = text()?,
            "client_id" => settings.client_id = text()?,
            "company" => settings.company = text()?,
            "root_certificates" => {
                settings.tls.root_certificates = text()?.map(|path| resolve(&path));
            }
            "identity" => {
                let identity = IdentityFiles::parse(value, resolve).ok_or_else(|| {
                    error(format!("identity of {section} does not name two files"))
                        .with_hint("write identity = { certificates = \"PATH\", key = \"PATH\" }")
                })?;
                settings.tls.identity = Some(identity);
            }
            "secret" => {
                let source = secret_source(value, resolve);
                settings.secret = Some(source.ok_or_else(literal_secret)?);
            }
            _ if key.contains("secret") => return Err(literal_secret()),
            _ => {
                return Err(
                    error(format!("{section} has the unknown setting {key}")).with_hint(
                        "the settings are base_url, client_id, company, identity, \
                         root_certificates and secret",
                    ),
                );
            }
        }
    }
    Ok(settings)
}

/// Reads `{ env = "NAME" }`, `{ file = "PATH" }` or `{ command = ["PROGRAM", "ARGUMENT"] }`.
fn secret_source(value: &Value, resolve: impl Fn(&str) -> PathBuf) -> Option<SecretSource> {
    let reference = value.as_table().filter(|table| table.len() == 1)?;
    let (kind, value) = reference.iter().next()?;
    match (kind.as_str(), value) {
        ("env", Value::String(name)) => Some(SecretSource::Variable(name.clone())),
        ("file", Value::String(path)) => Some(SecretSource::File(resolve(path))),
        ("command", Value::Array(words)) if !words.is_empty() => {
            let words = words.iter().map(|word| word.as_str().map(str::to_owned));
            Some(SecretSource::Command(words.collect::<Option<_>>()?))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profile_errors_do_not_quote_values() {
        let check = |text: &str, expected: Result<Profile, &str>| {
            let path = Path::new("/etc/keepnet/config.toml");
            let home = Environment::of(&[("HOME", "/home/ada"), ("USERPROFILE", "/home/ada")]);
            let file = parse_file(text, path);
            let parsed = file.and_then(|file| profile(&file, "acme", path, &home));
            match (parsed, expected) {
                (Ok(parsed), Ok(expected)) => assert_eq!(parsed, expected, "{text}"),
                (Err(error), Err(expected)) => {
                    let shown = error.render(true);
                    assert!(shown.contains(expected), "{text}: {shown}");
                    assert!(!shown.contains("hunter2"), "{shown}");
                }
                (parsed, _) => panic!("{text}: {parsed:?}"),
            }
        };
        let secret = |secret| Profile {
            secret: Some(secret),
            ..Profile::default()
        };
        check(
            "[profiles.acme]\nbase_url = 'https://x.example'\nclient_id = 'me'\ncompany = 'Acme LLC'\nsecret = { env = 'ACME' }",
            Ok(Profile {
                base_url: Some("https://x.example".to_owned()),
                client_id: Some("me".to_owned()),
                company: Some("Acme LLC".to_owned()),
                secret: Some(SecretSource::Variable("ACME".to_owned())),
                ..Profile::default()
            }),
        );
        check(
            "[profiles.acme]\nroot_certificates = '~/roots.pem'\n\
             identity = { certificates = 'me.pem', key = '/run/me.key' }",
            Ok(Profile {
                tls: TlsFiles {
                    root_certificates: Some("/home/ada/roots.pem".into()),
                    identity: Some(IdentityFiles {
                        certificates: "/etc/keepnet/me.pem".into(),
                        key: "/run/me.key".into(),
                    }),
                },
                ..Profile::default()
            }),
        );
        for identity in [
            "'hunter2'",
            "{ key = 'hunter2' }",
            "{ certificates = 1, key = 'hunter2' }",
        ] {
            check(
                &format!("[profiles.acme]\nidentity = {identity}"),
                Err("identity of [profiles.acme] does not name two files"),
            );
        }
        check("[profiles.acme]", Ok(Profile::default()));
        check(
            "[profiles.acme]\nsecret.file = 'acme.secret'",
            Ok(secret(SecretSource::File(
                "/etc/keepnet/acme.secret".into(),
            ))),
        );
        check(
            "[profiles.acme]\nsecret.file = '/run/acme'",
            Ok(secret(SecretSource::File("/run/acme".into()))),
        );
        check(
            "[profiles.acme]\nsecret.file = '~/acme'",
            Ok(secret(SecretSource::File("/home/ada/acme".into()))),
        );
        let words = vec!["pass".to_owned(), "show acme".to_owned()];
        check(
            "[profiles.acme]\nsecret.command = ['pass', 'show acme']",
            Ok(secret(SecretSource::Command(words))),
        );
        let literal = "must not contain the secret itself";
        check("[profiles.acme]\nsecret = 'hunter2'", Err(literal));
        check("[profiles.acme]\nclient_secret = 'hunter2'", Err(literal));
        check(
            "[profiles.acme]\nsecret = { value = 'hunter2' }",
            Err(literal),
        );
        check(
            "[profiles.acme]\nsecret = { env = 'A', file = 'hunter2' }",
            Err(literal),
        );
        check("[profiles.acme]\nsecret.command = []", Err(literal));
        check("[profiles.acme]\nsecret.command = 'hunter2'", Err(literal));
        check(
            "[profiles.acme]\ncompany = 7",
            Err("company of [profiles.acme] is not a text"),
        );
        check(
            "[profiles.acme]\ncolour = 'red'",
            Err("the unknown setting colour"),
        );
        check(
            "default_profil = 'acme'\n[profiles.acme]",
            Err("the unknown setting default_profil"),
        );
        check("x = 1\nsecret = hunter2", Err("line 2 is not valid TOML"));
        check("", Err("add the section [profiles.acme]"));
        check("[profiles.a]\n[profiles.b]", Err("known profiles: a, b"));
        check("profiles.acme = 1", Err("is not a table"));
    }
}
