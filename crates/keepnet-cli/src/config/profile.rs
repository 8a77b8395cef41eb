//! Profiles: what a person would otherwise say with every command, kept in a file.
//!
//! The file names where a secret is, never the secret itself.

use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use crate::exit::{Failure, Status};

/// What one profile says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Profile {
    pub(crate) base_url: Option<String>,
    pub(crate) client_id: Option<String>,
    pub(crate) company: Option<String>,
    pub(crate) secret: Option<SecretPlace>,
}

/// Where a secret is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SecretPlace {
    /// In this variable of the environment.
    Variable(String),
    /// In this file, which belongs to its owner alone.
    File(PathBuf),
}

type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

impl Profile {
    /// Reads the profile of this name; none is named, none is read.
    pub(crate) fn read(
        name: Option<&str>,
        environment: Environment<'_>,
    ) -> Result<Profile, Failure> {
        let Some(name) = name else {
            return Ok(Profile::default());
        };
        let Some(path) = config_file(environment) else {
            return Err(
                failure("no folder for configuration files is known".to_owned())
                    .hint("name the file with KEEPNET_CONFIG"),
            );
        };
        let shown = path.display();
        let text = fs::read_to_string(&path).map_err(|error| {
            failure(format!("{shown}: the configuration file cannot be read"))
                .hint(format!("--profile {name} reads [profiles.{name}] there; KEEPNET_CONFIG names another file"))
                .caused_by(error)
        })?;
        belongs_to_its_owner(&path)?;
        let folder = path.parent().unwrap_or(Path::new("."));
        parse(&text, name, folder).map_err(|Problem { what, hint }| {
            let failure = failure(format!("{shown}: {what}"));
            match hint {
                Some(hint) => failure.hint(hint),
                None => failure,
            }
        })
    }
}

impl SecretPlace {
    pub(crate) fn read(&self, environment: Environment<'_>) -> Result<String, Failure> {
        match self {
            SecretPlace::Variable(name) => environment(name).ok_or_else(|| {
                failure(format!(
                    "{name} is not set, where the profile has its secret"
                ))
            }),
            SecretPlace::File(path) => {
                let secret = fs::read_to_string(path).map_err(|error| {
                    let problem = format!(
                        "{}: the secret of the profile cannot be read",
                        path.display()
                    );
                    failure(problem).caused_by(error)
                })?;
                belongs_to_its_owner(path)?;
                match secret.trim() {
                    "" => Err(failure(format!(
                        "{}: the secret file is empty",
                        path.display()
                    ))),
                    secret => Ok(secret.to_owned()),
                }
            }
        }
    }
}

fn failure(problem: String) -> Failure {
    Failure::new(Status::Configuration, problem)
}

fn config_file(environment: Environment<'_>) -> Option<PathBuf> {
    if let Some(file) = environment("KEEPNET_CONFIG") {
        return Some(file.into());
    }
    let folder = if cfg!(windows) {
        environment("APPDATA").map(PathBuf::from)
    } else {
        let named = environment("XDG_CONFIG_HOME").map(PathBuf::from);
        named
            .filter(|folder| folder.is_absolute())
            .or_else(|| Some(PathBuf::from(environment("HOME")?).join(".config")))
    };
    Some(folder?.join("keepnet").join("config.toml"))
}

/// Others who can read it could act as its owner; who can write it could redirect the secret.
#[cfg(unix)]
fn belongs_to_its_owner(path: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::MetadataExt as _;

    let shown = path.display();
    let metadata = fs::metadata(path).map_err(|error| {
        failure(format!("{shown}: its permissions cannot be read")).caused_by(error)
    })?;
    match metadata.mode() & 0o077 {
        0 => Ok(()),
        _ => Err(
            failure(format!("{shown}: others than its owner may open it"))
                .hint(format!("chmod 600 '{shown}'")),
        ),
    }
}

#[cfg(not(unix))]
fn belongs_to_its_owner(_: &Path) -> Result<(), Failure> {
    Ok(())
}

struct Problem {
    what: String,
    hint: Option<String>,
}

impl From<String> for Problem {
    fn from(what: String) -> Problem {
        Problem { what, hint: None }
    }
}

/// Takes the profile out of the file's text. No problem quotes a value: it may be a secret.
fn parse(text: &str, name: &str, folder: &Path) -> Result<Profile, Problem> {
    let file: Table = text.parse().map_err(|error: toml::de::Error| {
        let line = error.span().and_then(|span| text.get(..span.start));
        let line = line.map_or(1, |before| before.matches('\n').count() + 1);
        format!("line {line} is not TOML")
    })?;
    let profiles = file.get("profiles").and_then(Value::as_table);
    let Some(profile) = profiles.and_then(|profiles| profiles.get(name)) else {
        let known: Vec<_> = profiles
            .into_iter()
            .flat_map(Table::keys)
            .map(String::as_str)
            .collect();
        return Err(Problem {
            what: format!("there is no profile {name:?}"),
            hint: Some(match known.is_empty() {
                true => format!("begin one with [profiles.{name}]"),
                false => format!("there are: {}", known.join(", ")),
            }),
        });
    };
    let place = format!("[profiles.{name}]");
    let Some(profile) = profile.as_table() else {
        return Err(format!("{place} is no table").into());
    };
    let mut read = Profile::default();
    for (key, value) in profile {
        let text = || match value.as_str() {
            Some(text) if !text.trim().is_empty() => Ok(Some(text.trim().to_owned())),
            _ => Err(Problem::from(format!("{key} of {place} is no text"))),
        };
        match key.as_str() {
            "base_url" => read.base_url = text()?,
            "client_id" => read.client_id = text()?,
            "company" => read.company = text()?,
            "secret" => read.secret = Some(secret(value, &place, folder)?),
            _ if key.contains("secret") => return Err(literal(&place)),
            _ => {
                return Err(Problem {
                    what: format!("{place} has an unknown setting {key}"),
                    hint: Some("use base_url, client_id, company and secret".to_owned()),
                });
            }
        }
    }
    Ok(read)
}

fn secret(value: &Value, place: &str, folder: &Path) -> Result<SecretPlace, Problem> {
    let reference = value.as_table().filter(|table| table.len() == 1);
    let Some((kind, Value::String(at))) = reference.and_then(|table| table.iter().next()) else {
        return Err(literal(place));
    };
    match kind.as_str() {
        "env" => Ok(SecretPlace::Variable(at.clone())),
        "file" => Ok(SecretPlace::File(folder.join(at))),
        _ => Err(literal(place)),
    }
}

fn literal(place: &str) -> Problem {
    Problem {
        what: format!("{place} must say where the secret is, not what it is"),
        hint: Some("write secret = { env = \"NAME\" } or secret = { file = \"PATH\" }".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_read_or_refused_without_a_word_of_its_values() {
        let check = |text: &str, expected: Result<Profile, &str>| {
            let read = parse(text, "acme", Path::new("/etc/keepnet"));
            match (read, expected) {
                (Ok(read), Ok(expected)) => assert_eq!(read, expected, "{text}"),
                (Err(Problem { what, hint }), Err(expected)) => {
                    let said = format!("{what}; {}", hint.unwrap_or_default());
                    assert!(said.contains(expected), "{text}: {said}");
                    assert!(!said.contains("hunter2"), "{said}");
                }
                (read, _) => panic!("{text}: {:?}", read.map_err(|problem| problem.what)),
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
                secret: Some(SecretPlace::Variable("ACME".to_owned())),
            }),
        );
        check("[profiles.acme]", Ok(Profile::default()));
        check(
            "[profiles.acme]\nsecret.file = 'acme.secret'",
            Ok(secret(SecretPlace::File("/etc/keepnet/acme.secret".into()))),
        );
        check(
            "[profiles.acme]\nsecret.file = '/run/acme'",
            Ok(secret(SecretPlace::File("/run/acme".into()))),
        );
        let literal = "must say where the secret is";
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
            Err("company of [profiles.acme] is no text"),
        );
        check(
            "[profiles.acme]\ncolour = 'red'",
            Err("unknown setting colour"),
        );
        check("x = 1\nsecret = hunter2", Err("line 2 is not TOML"));
        check("", Err("begin one with [profiles.acme]"));
        check("[profiles.a]\n[profiles.b]", Err("there are: a, b"));
        check("profiles.acme = 1", Err("is no table"));
    }

    #[test]
    fn the_file_is_where_the_environment_says() {
        let check = |set: &[(&str, &str)], expected: Option<&str>| {
            let read = |name: &str| {
                let value = set.iter().find(|(known, _)| *known == name);
                value.map(|(_, value)| (*value).to_owned())
            };
            assert_eq!(config_file(&read), expected.map(PathBuf::from), "{set:?}");
        };
        check(
            &[("KEEPNET_CONFIG", "my.toml"), ("HOME", "/home/me")],
            Some("my.toml"),
        );
        if cfg!(unix) {
            check(
                &[("HOME", "/home/me")],
                Some("/home/me/.config/keepnet/config.toml"),
            );
            check(
                &[("HOME", "/home/me"), ("XDG_CONFIG_HOME", "/cfg")],
                Some("/cfg/keepnet/config.toml"),
            );
            check(
                &[("HOME", "/home/me"), ("XDG_CONFIG_HOME", "cfg")],
                Some("/home/me/.config/keepnet/config.toml"),
            );
            check(&[], None);
        }
    }
}
