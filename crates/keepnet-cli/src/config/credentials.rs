//! The client id and the secret, which never come from an argument.

use std::io::{self, Read as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::environment::Environment;
use super::home::expand_home;
use super::private_file;
use super::profile::{Profile, SecretSource};
use super::setting::{Setting, Source};
use crate::exit::{CliError, ExitStatus, Result};
use crate::ui::print_message;

/// After this time, the program says that it waits for the command of the secret.
const SECRET_SILENCE: Duration = Duration::from_secs(3);
/// After this time, the command of the secret is stopped. A person may have to type a password for it.
const SECRET_LIMIT: Duration = Duration::from_secs(5 * 60);

/// Finds the client id and the secret in the secret file, the environment or the profile.
pub(super) fn find(
    secret_file: Option<&Path>,
    profile: &Profile,
    environment: &Environment,
) -> Result<(String, String)> {
    let missing = |name: &str| {
        CliError::configuration(format!("{name} is not set")).with_hint(
            "set KEEPNET_CLIENT_ID and KEEPNET_CLIENT_SECRET to the credentials of a REST API client \
             with the role Reseller, store them with `keepnet auth login`, or try --sandbox",
        )
    };
    let client_id = client_id(profile, environment)?;
    let client_id = client_id.ok_or_else(|| missing("KEEPNET_CLIENT_ID"))?;
    let client_id = client_id.unless_conflict("client id")?;
    let source = secret_source(secret_file, profile, environment)?;
    let (source, _) = source.ok_or_else(|| missing("KEEPNET_CLIENT_SECRET"))?;
    let secret = read_secret(&source, environment)?;
    Ok((client_id.value.trim().to_owned(), secret))
}

/// The client id.
pub(super) fn client_id(profile: &Profile, environment: &Environment) -> Result<Option<Setting>> {
    profile.setting(|it| &it.client_id, "KEEPNET_CLIENT_ID", environment)
}

/// Where the secret is, and what says so. The secret itself is not read, except for a variable.
pub(super) fn secret_source(
    secret_file: Option<&Path>,
    profile: &Profile,
    environment: &Environment,
) -> Result<Option<(SecretSource, Source)>> {
    const VARIABLE: &str = "KEEPNET_CLIENT_SECRET";
    if let Some(path) = secret_file {
        let file = SecretSource::File(expand_home(path, environment));
        return Ok(Some((file, Source::Argument("--secret-file"))));
    }
    let of_profile = profile.secret.clone();
    let of_profile = of_profile.map(|source| (source, profile.source()));
    if profile.is_explicit && of_profile.is_some() {
        return Ok(of_profile);
    }
    Ok(match environment.setting(VARIABLE)? {
        Some(_) => {
            let name = VARIABLE.to_owned();
            Some((SecretSource::Variable(name.clone()), Source::Variable(name)))
        }
        None => of_profile,
    })
}

/// Reads the secret.
pub(super) fn read_secret(source: &SecretSource, environment: &Environment) -> Result<String> {
    let secret = match source {
        SecretSource::File(path) => read_secret_file(path)?,
        SecretSource::Variable(name) => environment.setting(name)?.ok_or_else(|| {
            let problem = "is not set; the profile reads its secret from this variable";
            CliError::configuration(format!("{name} {problem}"))
        })?,
        SecretSource::Command(words) => secret_of_command(words)?,
    };
    Ok(without_marks(&secret).to_owned())
}

/// The secret without the blanks, the line breaks and the byte order mark that an editor adds.
fn without_marks(secret: &str) -> &str {
    secret.trim_matches(|letter: char| letter.is_whitespace() || letter == '\u{feff}')
}

/// What a program prints. It may ask at the terminal; its output is not quoted in an error.
fn secret_of_command(words: &[String]) -> Result<String> {
    let [program, arguments @ ..] = words else {
        return Err(CliError::configuration(
            "the command of the secret is empty",
        ));
    };
    let error = |problem: String| {
        CliError::configuration(format!("{program}, which prints the secret, {problem}"))
    };
    let unreadable = |source| error("cannot be waited for".to_owned()).with_source(source);
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::inherit())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .map_err(|source| error("cannot be started".to_owned()).with_source(source))?;
    let mut printed = child.stdout.take();
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut text = Vec::new();
        let read = printed
            .as_mut()
            .map(|printed| printed.read_to_end(&mut text));
        // Nobody receives it after the limit.
        let _ = sender.send(read.transpose().map(|_| text));
    });
    let wait = |time| receiver.recv_timeout(time).ok();
    let say = || {
        print_message(&format!(
            "note: waiting for the command of the secret: {program}"
        ))
    };
    let Some(text) = wait_for_secret(wait, say) else {
        // It may have ended meanwhile.
        let _ = child.kill();
        let _ = child.wait();
        let limit = SECRET_LIMIT.as_secs() / 60;
        return Err(error(format!("has not ended after {limit} minutes")));
    };
    let status = child.wait().map_err(unreadable)?;
    if !status.success() {
        return Err(error(format!("failed ({status})")));
    }
    match String::from_utf8(text.map_err(unreadable)?) {
        Ok(secret) if !without_marks(&secret).is_empty() => Ok(secret),
        _ => Err(error("printed no text".to_owned())),
    }
}

/// Waits with `wait` for what a command prints, and says so after a while; none after the limit.
fn wait_for_secret<T>(wait: impl Fn(Duration) -> Option<T>, say: impl FnOnce()) -> Option<T> {
    wait(SECRET_SILENCE).or_else(|| {
        say();
        wait(SECRET_LIMIT - SECRET_SILENCE)
    })
}

/// The secret in the file of an argument.
pub(crate) fn read_secret_argument(path: &Path) -> Result<String> {
    let environment = Environment::of_process();
    let file = SecretSource::File(expand_home(path, &environment));
    read_secret(&file, &environment)
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
    match without_marks(&secret) {
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
    use std::cell::Cell;
    use std::fs;

    use super::*;

    #[cfg(unix)]
    fn restrict(path: &Path, mode: u32) {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[cfg(not(unix))]
    fn restrict(_: &Path, _: u32) {}

    #[cfg(unix)]
    #[test]
    fn secret_comes_from_a_command() {
        let check = |words: &[&str], expected: Result<&str, &str>| {
            let words = words.iter().map(ToString::to_string).collect();
            let found = read_secret(&SecretSource::Command(words), &Environment::of(&[]));
            match (found, expected) {
                (Ok(found), Ok(expected)) => assert_eq!(found, expected),
                (Err(error), Err(expected)) => {
                    assert_eq!(error.status(), ExitStatus::Configuration);
                    let text = error.render(true);
                    assert!(text.contains(expected), "{text}");
                    assert!(!text.contains("hunter2"), "{text}");
                }
                (found, _) => panic!("{found:?}, expected {expected:?}"),
            }
        };
        check(&["echo", "a secret"], Ok("a secret"));
        check(
            &["true"],
            Err("true, which prints the secret, printed no text"),
        );
        check(
            &["sh", "-c", "echo hunter2; exit 3"],
            Err("failed (exit status: 3)"),
        );
        check(&["/nowhere/program"], Err("cannot be started"));
    }

    #[test]
    fn wait_for_the_secret_is_said_and_ends() {
        let check = |needed: u64, expected: (bool, bool)| {
            let said = Cell::new(false);
            let needed = Cell::new(Duration::from_secs(needed));
            let wait = |time: Duration| {
                let is_enough = needed.get() <= time;
                needed.set(needed.get().saturating_sub(time));
                is_enough.then_some(())
            };
            let found = wait_for_secret(wait, || said.set(true));
            assert_eq!((found.is_some(), said.get()), expected, "{needed:?}");
        };
        check(3, (true, false));
        check(4, (true, true));
        check(300, (true, true));
        check(301, (false, true));
    }

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
