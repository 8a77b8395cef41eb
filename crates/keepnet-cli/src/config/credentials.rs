//! The client id and the secret, which never come from an argument.

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
    let client_id = profile
        .setting(|it| &it.client_id, "KEEPNET_CLIENT_ID", environment)?
        .ok_or_else(|| missing("KEEPNET_CLIENT_ID"))?;
    let secret = match (secret_file, &profile.secret) {
        (Some(path), _) => read_secret_file(path)?,
        (None, Some(source)) if profile.is_explicit => secret_of(source, environment)?,
        (None, source) => match (environment.setting("KEEPNET_CLIENT_SECRET")?, source) {
            (Some(secret), _) => secret,
            (None, Some(source)) => secret_of(source, environment)?,
            (None, None) => return Err(missing("KEEPNET_CLIENT_SECRET")),
        },
    };
    Ok((client_id.trim().to_owned(), secret.trim().to_owned()))
}

/// The secret that a profile refers to.
fn secret_of(source: &SecretSource, environment: &Environment) -> Result<String> {
    match source {
        SecretSource::File(path) => read_secret_file(path),
        SecretSource::Variable(name) => environment.setting(name)?.ok_or_else(|| {
            let problem = "is not set; the profile reads its secret from this variable";
            CliError::configuration(format!("{name} {problem}"))
        }),
    }
}

fn read_secret_file(path: &Path) -> Result<String> {
    if path != Path::new("-") {
        return not_empty(private_file::read(path, "secret file")?, path);
    }
    let text = io::read_to_string(io::stdin()).map_err(|error| {
        let problem = "the secret cannot be read from standard input";
        CliError::configuration(problem).with_source(error)
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
    use std::fs;

    use super::*;

    #[cfg(unix)]
    fn restrict(path: &Path, mode: u32) {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[cfg(not(unix))]
    fn restrict(_: &Path, _: u32) {}

    #[test]
    fn secret_comes_from_environment_or_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str, mode: u32| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            restrict(&path, mode);
            path
        };
        let full = file("full", "from-file\n", 0o600);
        let empty = file("empty", "\n", 0o600);
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
        if cfg!(unix) {
            let open = file("open", "from-file\n", 0o644);
            check(Some(&open), &[id], Err("users other than its owner"));
        }
        let blank = ("KEEPNET_CLIENT_SECRET", "");
        check(None, &[id, blank], Err("is set, but empty"));
        check(
            Some(&folder.path().join("none")),
            &[id],
            Err("cannot be read"),
        );
    }
}
