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
                    "Acme LLC (xC5kfGz7w2Nz), and environment KEEPNET_COMPANY_ID names {:?}",
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
fn different_values_stop_a_command() {
    let service = Service::start(Sandbox::builder());
    let config = config(&service);
    let url = service.sandbox.url();
    let profile = fs::read_to_string(config.file("config.toml")).unwrap();
    config.write(
        "default.toml",
        &format!("default_profile = 'acme'\n{profile}"),
    );
    let check =
        |case: &str, settings: &[(&str, &str)], arguments: &[&str], expected: Result<u64, &str>| {
            for default in [false, true] {
                let mut call = config
                    .keepnet(&["users", "count", "--output", "json"])
                    .args(arguments)
                    .env("ACME_SECRET", "sandbox-secret");
                call = match default {
                    true => call.env(
                        "KEEPNET_CONFIG",
                        config.file("default.toml").to_str().unwrap(),
                    ),
                    false => call.env("KEEPNET_PROFILE", "acme"),
                };
                for (name, value) in settings {
                    call = call.env(name, value);
                }
                let run = call.run();
                match expected {
                    Ok(total) => assert_eq!(run.json()["total"], total, "{case}: {}", run.stderr),
                    Err(expected) => {
                        assert_eq!(
                            (run.code, run.stdout.as_str()),
                            (4, ""),
                            "{case}: {}",
                            run.stderr
                        );
                        let lines = run.error_lines();
                        assert!(lines.starts_with(&format!("error: {expected}")), "{lines}");
                        assert!(!lines.contains("sandbox-secret"), "{lines}");
                    }
                }
            }
        };
    let company = |value| ("KEEPNET_COMPANY_ID", value);
    check("same name", &[company(ACME)], &[], Ok(5));
    check("same customer", &[company("xC5kfGz7w2Nz")], &[], Ok(5));
    check(
        "option decides",
        &[company(GLOBEX)],
        &["--company", GLOBEX],
        Ok(3),
    );
    check(
        "two customers",
        &[company(GLOBEX)],
        &[],
        Err(
            "environment KEEPNET_COMPANY_ID names the customer Globex GmbH (gL0bEx4mBh8Q), and \
             profile acme names \"Acme LLC\"\nhint: choose one with --company, or unset \
             KEEPNET_COMPANY_ID\n",
        ),
    );
    fn base_url(value: &str) -> (&str, &str) {
        ("KEEPNET_API_BASE_URL", value)
    }
    check("same address", &[base_url(&format!("{url}/"))], &[], Ok(5));
    check(
        "option decides",
        &[base_url("http://127.0.0.1:1")],
        &["--base-url", url],
        Ok(5),
    );
    check(
        "two addresses",
        &[base_url("http://127.0.0.1:1")],
        &[],
        Err(&format!(
            "environment KEEPNET_API_BASE_URL names the base URL \"http://127.0.0.1:1\", and profile \
             acme names {url:?}\nhint: choose one with --base-url, or unset KEEPNET_API_BASE_URL\n"
        )),
    );
    let id = |value| ("KEEPNET_CLIENT_ID", value);
    check("same id", &[id("sandbox-client")], &[], Ok(5));
    check(
        "two ids",
        &[id("other"), ("KEEPNET_CLIENT_SECRET", "sandbox-secret")],
        &[],
        Err(
            "environment KEEPNET_CLIENT_ID names the client id \"other\", and profile acme names \
             \"sandbox-client\"\nhint: choose the profile with --profile, or unset KEEPNET_CLIENT_ID\n",
        ),
    );
    check(
        "profile of an argument",
        &[id("other")],
        &["--profile", "acme"],
        Ok(5),
    );
}

#[test]
fn settings_that_conflict_are_listed() {
    let service = Service::start(Sandbox::builder());
    let config = config(&service);
    let check = |arguments: &[&str], source: &str, conflict: Option<&str>| {
        let run = config
            .keepnet(&["config", "list", "--output", "json"])
            .args(arguments)
            .env("KEEPNET_PROFILE", "acme")
            .env("KEEPNET_COMPANY_ID", GLOBEX)
            .run();
        let document = run.json();
        let items = document["items"].as_array().unwrap();
        let company = items.iter().find(|it| it["name"] == "company").unwrap();
        assert_eq!(company["source"], source, "{arguments:?}");
        assert_eq!(company["conflict"].as_str(), conflict, "{arguments:?}");
        assert_eq!(
            run.stderr.starts_with("warning: "),
            conflict.is_some(),
            "{}",
            run.stderr
        );
    };
    let variable = "environment KEEPNET_COMPANY_ID";
    check(&[], variable, Some("profile acme: Acme LLC"));
    let conflict = "environment KEEPNET_COMPANY_ID: Globex GmbH";
    check(&["--profile", "acme"], "profile acme", Some(conflict));
    check(&["--company", "x"], "argument --company", None);
    check(&["--profile", "filed"], variable, None);
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
