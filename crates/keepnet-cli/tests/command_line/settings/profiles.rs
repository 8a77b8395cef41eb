//! `--profile` and the configuration file.

use std::fs;
use std::path::{Path, PathBuf};

use keepnet_sandbox::Sandbox;
use tempfile::TempDir;

use crate::support::{ACME, GLOBEX, Keepnet, Service};

struct Config {
    folder: TempDir,
}

impl Config {
    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.file(name), text).unwrap();
        restrict(&self.file(name), 0o600);
    }

    fn keepnet(&self, arguments: &[&str]) -> Keepnet {
        Keepnet::new(arguments).env("KEEPNET_CONFIG", self.file("config.toml").to_str().unwrap())
    }
}

#[cfg(unix)]
fn restrict(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
fn restrict(_: &Path, _: u32) {}

fn config(service: &Service) -> Config {
    let config = Config {
        folder: tempfile::tempdir().unwrap(),
    };
    let url = service.sandbox.url();
    config.write(
        "config.toml",
        &format!(
            "[profiles.acme]\nbase_url = '{url}'\nclient_id = 'sandbox-client'\ncompany = '{ACME}'\n\
             secret = {{ env = 'ACME_SECRET' }}\n\
             [profiles.filed]\nbase_url = '{url}'\nclient_id = 'sandbox-client'\n\
             secret = {{ file = 'secret' }}\n\
             [profiles.open]\nbase_url = '{url}'\nclient_id = 'sandbox-client'\nsecret = 'hunter2'\n"
        ),
    );
    config.write("secret", "sandbox-secret\n");
    config
}

#[test]
fn profile_fills_missing_settings() {
    let service = Service::start(Sandbox::builder());
    let config = config(&service);
    let check = |keepnet: Keepnet, company: &str| {
        let run = keepnet.args(&["--output", "json"]).run();
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        assert_eq!(run.json()["total"], if company == ACME { 5 } else { 3 });
    };
    let count = ["users", "count"];
    let acme = || config.keepnet(&count).env("ACME_SECRET", "sandbox-secret");
    check(acme().args(&["--profile", "acme"]), ACME);
    check(acme().env("KEEPNET_PROFILE", "acme"), ACME);
    check(
        acme()
            .env("KEEPNET_PROFILE", "none")
            .args(&["--profile", "acme"]),
        ACME,
    );
    let globex = acme()
        .env("KEEPNET_PROFILE", "acme")
        .env("KEEPNET_COMPANY_ID", GLOBEX);
    check(globex, GLOBEX);
    let globex =
        acme()
            .env("KEEPNET_COMPANY_ID", ACME)
            .args(&["--profile", "acme", "--company", GLOBEX]);
    check(globex, GLOBEX);
    check(
        config
            .keepnet(&count)
            .args(&["--profile", "filed", "--company", ACME]),
        ACME,
    );
    // With `--sandbox`, no profile is needed.
    let sandbox = config.keepnet(&count).env("KEEPNET_PROFILE", "none");
    check(sandbox.args(&["--sandbox", "--company", ACME]), ACME);
}

#[test]
fn profile_argument_goes_before_environment() {
    let service = Service::start(Sandbox::builder());
    let config = config(&service);
    let other_service = "http://127.0.0.1:1";
    let count = |variables: &[(&str, &str)]| {
        let mut call = config.keepnet(&["users", "count", "--output", "json"]);
        for (name, value) in variables {
            call = call.env(name, value);
        }
        call.env("ACME_SECRET", "sandbox-secret")
            .env("KEEPNET_API_BASE_URL", other_service)
            .env("KEEPNET_CLIENT_ID", "somebody-else")
            .env("KEEPNET_CLIENT_SECRET", "their-secret")
    };
    let check = |customer: Option<&str>, code: i32| {
        let variable = customer.map(|customer| ("KEEPNET_COMPANY_ID", customer));
        let run = count(variable.as_slice())
            .args(&["--profile", "acme"])
            .run();
        assert_eq!(run.code, code, "{customer:?}: {}", run.stderr);
        match code {
            0 => assert_eq!(run.json()["total"], 5),
            _ => {
                let named = format!(
                    "Acme LLC (xC5kfGz7w2Nz), and KEEPNET_COMPANY_ID names {:?}",
                    customer.unwrap()
                );
                assert!(run.error_lines().contains(&named), "{}", run.stderr);
                assert_eq!(run.stdout, "");
            }
        }
    };
    check(None, 0);
    check(Some(ACME), 0);
    check(Some("xC5kfGz7w2Nz"), 0);
    check(Some(GLOBEX), 4);
    check(Some("Nobody"), 4);
    let chosen = count(&[("KEEPNET_COMPANY_ID", GLOBEX)])
        .args(&["--profile", "acme", "--company", ACME])
        .run();
    assert_eq!(chosen.json()["total"], 5, "{}", chosen.stderr);
}

#[test]
fn empty_variable_is_refused() {
    let service = Service::start(Sandbox::builder());
    for name in [
        "KEEPNET_API_BASE_URL",
        "KEEPNET_CLIENT_ID",
        "KEEPNET_CLIENT_SECRET",
        "KEEPNET_COMPANY_ID",
        "KEEPNET_PROFILE",
    ] {
        let call = Keepnet::new(&["users", "count"]).with_service(&service);
        let run = call.env(name, "").run();
        assert_eq!((run.code, run.stdout.as_str()), (3, ""), "{name}");
        let expected = format!("error: {name} is set, but empty\nhint: ");
        assert!(run.stderr.starts_with(&expected), "{}", run.stderr);
    }
    assert_eq!(service.sandbox.requests().len(), 0);
}

#[test]
fn profile_errors_do_not_quote_values() {
    let service = Service::start(Sandbox::builder());
    let config = config(&service);
    let check = |profile: &str, error: &str, hint: &str| {
        let run = config
            .keepnet(&["auth", "check", "--profile", profile])
            .run();
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (3, ""),
            "{profile}: {}",
            run.stderr
        );
        assert!(run.stderr.contains(error), "{profile}: {}", run.stderr);
        assert!(run.stderr.contains(hint), "{profile}: {}", run.stderr);
        assert!(!run.stderr.contains("hunter2"), "{}", run.stderr);
    };
    check(
        "nobody",
        "there is no profile \"nobody\"",
        "hint: known profiles: acme, filed, open\n",
    );
    check("acme", "ACME_SECRET is not set", "");
    check(
        "open",
        "[profiles.open] must not contain the secret itself",
        "hint: write secret = ",
    );
    #[cfg(unix)]
    {
        let chmod = |name: &str| format!("hint: chmod 600 '{}'\n", config.file(name).display());
        restrict(&config.file("secret"), 0o640);
        check(
            "filed",
            "users other than its owner can access it",
            &chmod("secret"),
        );
        restrict(&config.file("config.toml"), 0o644);
        check(
            "filed",
            "users other than its owner can access it",
            &chmod("config.toml"),
        );
    }
    fs::remove_file(config.file("config.toml")).unwrap();
    check(
        "acme",
        "the configuration file cannot be read",
        "hint: --profile acme needs the section [profiles.acme]",
    );
}
