//! The client id and the secret, which never come from an argument.

use std::fs;
use std::io;
use std::path::Path;

use super::environment::Environment;
use super::private_file;
use super::profile::{Profile, SecretSource};
use crate::exit::{CliError, ExitStatus, Result};

/// Finds the client id and the secret in the secret file, the environment or the profile.
pub(super) fn find(
    secret_file: Option<&Path>,
    profile: &Profile,
    environment: &Environment,
) -> Result<(String, String)> {
    let missing = |name: &str| {
        CliError::configuration(format!("{name} is not set")).with_hint(
            "set KEEPNET_CLIENT_ID and KEEPNET_CLIENT_SECRET (or use --secret-file or --profile) to \
             the credentials of a REST API client with the role Reseller, or try --sandbox",
        )
    };
    let client_id = environment
        .text("KEEPNET_CLIENT_ID")
        .or_else(|| profile.client_id.clone())
        .ok_or_else(|| missing("KEEPNET_CLIENT_ID"))?;
    let from_environment = environment.text("KEEPNET_CLIENT_SECRET");
    let secret = match (secret_file, from_environment, &profile.secret) {
        (Some(path), ..) => read_secret_file(path)?,
        (None, Some(secret), _) => secret,
        (None, None, Some(SecretSource::File(path))) => {
            not_empty(private_file::read(path, "secret file")?, path)?
        }
        (None, None, Some(SecretSource::Variable(name))) => {
            environment.text(name).ok_or_else(|| {
                let problem = "is not set; the profile reads its secret from this variable";
                CliError::configuration(format!("{name} {problem}"))
            })?
        }
        (None, None, None) => return Err(missing("KEEPNET_CLIENT_SECRET")),
    };
    Ok((client_id.trim().to_owned(), secret.trim().to_owned()))
}

fn read_secret_file(path: &Path) -> Result<String> {
    let text = match path == Path::new("-") {
        true => io::read_to_string(io::stdin()),
        false => fs::read_to_string(path),
    };
    let text = text.map_err(|error| {
        let problem = "the secret file cannot be read";
        CliError::about_file(ExitStatus::Configuration, path, problem).with_source(error)
    })?;
    not_empty(text, path)
}

fn not_empty(secret: String, path: &Path) -> Result<String> {
    let problem = "the secret file is empty";
    match secret.trim() {
        "" => Err(CliError::about_file(
            ExitStatus::Configuration,
            path,
            problem,
        )),
        _ => Ok(secret),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secret_comes_from_environment_or_file() {
        let folder = tempfile::tempdir().unwrap();
        let full = folder.path().join("full");
        let empty = folder.path().join("empty");
        fs::write(&full, "from-file\n").unwrap();
        fs::write(&empty, "\n").unwrap();
        let profile = Profile::default();
        let check = |file: Option<&Path>, set: &[(&str, &str)], expected: Result<&str, &str>| match (
            find(file, &profile, &Environment::of(set)),
            expected,
        ) {
            (Ok((id, secret)), Ok(expected)) => {
                assert_eq!((id.as_str(), secret.as_str()), ("me", expected));
            }
            (Err(error), Err(expected)) => {
                assert_eq!(error.status(), ExitStatus::Configuration);
                let text = error.render(false);
                assert!(text.contains(expected), "{text}");
            }
            (found, expected) => panic!("{}, expected {expected:?}", found.is_ok()),
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
