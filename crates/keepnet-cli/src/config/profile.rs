//! Profiles: settings in a file, so that not every command has to repeat them.
//!
//! The file says where a secret is, and never contains the secret.

use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::environment::Environment;
use super::{folders, private_file};
use crate::exit::{CliError, ExitStatus, Result};

/// The settings of one profile.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Profile {
    pub(super) base_url: Option<String>,
    pub(super) client_id: Option<String>,
    pub(super) company: Option<String>,
    pub(super) secret: Option<SecretSource>,
    /// Whether an argument chose it: its settings then go before those of the environment.
    pub(super) is_explicit: bool,
}

/// Where a secret is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SecretSource {
    /// In this variable of the environment.
    Variable(String),
    /// In this file, which only its owner may access.
    File(PathBuf),
}

impl Profile {
    /// The profile that the argument names, or else `KEEPNET_PROFILE`; without both, it is empty.
    pub(super) fn choose(argument: Option<&str>, environment: &Environment) -> Result<Profile> {
        let name = match argument {
            Some(name) => Some(name.to_owned()),
            None => environment.setting("KEEPNET_PROFILE")?,
        };
        let Some(name) = name else {
            return Ok(Profile::default());
        };
        let mut profile = Profile::read(&name, environment)?;
        profile.is_explicit = argument.is_some();
        Ok(profile)
    }

    /// A setting of the profile or the variable, whichever goes first.
    pub(super) fn setting(
        &self,
        field: impl Fn(&Profile) -> &Option<String>,
        variable: &str,
        environment: &Environment,
    ) -> Result<Option<String>> {
        let of_profile = field(self).clone();
        if self.is_explicit && of_profile.is_some() {
            return Ok(of_profile);
        }
        Ok(environment.setting(variable)?.or(of_profile))
    }

    /// Reads the profile of this name from the configuration file.
    fn read(name: &str, environment: &Environment) -> Result<Profile> {
        let Some(path) = folders::config_file(environment)? else {
            return Err(
                CliError::configuration("the folder for configuration files is unknown")
                    .with_hint("set KEEPNET_CONFIG to the path of the file"),
            );
        };
        let text = private_file::read(&path, "configuration file").map_err(|error| {
            error.with_default_hint(|| {
                format!(
                    "--profile {name} needs the section [profiles.{name}] of this file; set \
                     KEEPNET_CONFIG to use another file"
                )
            })
        })?;
        parse(&text, name, &path)
    }
}

/// Finds a profile in the text of the file. No error quotes a value, which may be a secret.
fn parse(text: &str, name: &str, path: &Path) -> Result<Profile> {
    let error = |problem| CliError::about_file(ExitStatus::Configuration, path, problem);
    let file: Table = text.parse().map_err(|syntax: toml::de::Error| {
        let before = syntax.span().and_then(|span| text.get(..span.start));
        let line = before.map_or(1, |before| before.matches('\n').count() + 1);
        error(format!("line {line} is not valid TOML"))
    })?;
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
        error(format!("{section} must not contain the secret itself"))
            .with_hint("write secret = { env = \"NAME\" } or secret = { file = \"PATH\" }")
    };
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
            "secret" => {
                let folder = path.parent().unwrap_or(Path::new("."));
                settings.secret = Some(secret_source(value, folder).ok_or_else(literal_secret)?);
            }
            _ if key.contains("secret") => return Err(literal_secret()),
            _ => {
                return Err(error(format!("{section} has the unknown setting {key}"))
                    .with_hint("the settings are base_url, client_id, company and secret"));
            }
        }
    }
    Ok(settings)
}

/// Reads `{ env = "NAME" }` or `{ file = "PATH" }`.
fn secret_source(value: &Value, folder: &Path) -> Option<SecretSource> {
    let reference = value.as_table().filter(|table| table.len() == 1)?;
    match reference.iter().next()? {
        (kind, Value::String(name)) if kind == "env" => Some(SecretSource::Variable(name.clone())),
        (kind, Value::String(path)) if kind == "file" => {
            Some(SecretSource::File(folder.join(path)))
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
            let parsed = parse(text, "acme", Path::new("/etc/keepnet/config.toml"));
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
                is_explicit: false,
            }),
        );
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
        check(
            "[profiles.acme]\ncompany = 7",
            Err("company of [profiles.acme] is not a text"),
        );
        check(
            "[profiles.acme]\ncolour = 'red'",
            Err("the unknown setting colour"),
        );
        check("x = 1\nsecret = hunter2", Err("line 2 is not valid TOML"));
        check("", Err("add the section [profiles.acme]"));
        check("[profiles.a]\n[profiles.b]", Err("known profiles: a, b"));
        check("profiles.acme = 1", Err("is not a table"));
    }
}
