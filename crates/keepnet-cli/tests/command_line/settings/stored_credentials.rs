//! `auth login`, `status` and `logout`, the default profile, and `config list`.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use keepnet_sandbox::Sandbox;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{ACME, GLOBEX, Keepnet, Run, Service, write_private};
#[cfg(unix)]
use crate::terminals::terminal::Terminal;

struct Home {
    service: Service,
    folder: TempDir,
}

impl Home {
    fn new() -> Home {
        Home {
            service: Service::start(Sandbox::builder()),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join(".config/keepnet/config.toml")
    }

    fn keepnet(&self, line: &str) -> Keepnet {
        let words: Vec<_> = line.split(' ').map(|word| word.replace('~', " ")).collect();
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        let home = self.folder.path().to_str().unwrap();
        Keepnet::new(&words)
            .env("HOME", home)
            .env("USERPROFILE", home)
    }

    /// Stores credentials; the secret comes from standard input.
    fn log_in(&self, options: &str, secret: &str) -> Run {
        type_secret(self.start_login(options), secret)
    }

    /// A login that waits for its secret.
    fn start_login(&self, options: &str) -> Child {
        let line = format!("auth login --client-id sandbox-client --secret-file - {options}");
        let url = self.service.sandbox.url();
        let program = self.keepnet(&format!("{line} --output json --base-url {url}"));
        program.spawn(Stdio::piped())
    }

    /// The names in the folder of the configuration.
    fn files(&self) -> Vec<String> {
        let folder = fs::read_dir(self.config().parent().unwrap()).unwrap();
        let name = |entry: io::Result<fs::DirEntry>| entry.unwrap().file_name();
        let mut names: Vec<_> = folder
            .map(|entry| name(entry).into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

fn type_secret(mut login: Child, secret: &str) -> Run {
    let mut input = login.stdin.take().unwrap();
    input.write_all(secret.as_bytes()).unwrap();
    drop(input);
    let output = login.wait_with_output().unwrap();
    Run {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn stored_credentials_are_used_by_default() {
    let home = Home::new();
    let wrong = home.log_in("--company Acme~LLC", "wrong\n");
    assert_eq!(
        (wrong.code, home.config().exists()),
        (3, false),
        "{}",
        wrong.stderr
    );
    let login = home.log_in("--company Acme~LLC", "sandbox-secret\n");
    assert_eq!(login.code, 0, "{}", login.stderr);
    assert_eq!(login.json()["role"], "Reseller");
    let secret = home.config().with_file_name("default.secret");
    let text = fs::read_to_string(home.config()).unwrap();
    let url = home.service.sandbox.url();
    assert_eq!(
        text,
        format!(
            "default_profile = \"default\"\n\n[profiles.default]\nclient_id = \"sandbox-client\"\n\
             base_url = \"{url}\"\ncompany = \"Acme LLC\"\nsecret = {{ file = \"default.secret\" }}\n"
        )
    );
    #[cfg(unix)]
    assert_eq!((mode(&home.config()), mode(&secret)), (0o600, 0o600));
    let count = home.keepnet("users count --output json").run();
    assert_eq!((count.code, count.json()["total"].as_u64()), (0, Some(5)));
    // Neither the environment nor the default profile goes first.
    let globex = home
        .keepnet("users count --output json")
        .env("KEEPNET_COMPANY_ID", GLOBEX);
    assert_eq!(globex.run().code, 4);

    let status = home.keepnet("auth status --output json").run();
    assert_eq!(status.code, 0, "{}", status.stderr);
    assert_eq!(
        status.json()["secret_from"],
        format!("file {}", secret.display())
    );
    let logout = || home.keepnet("auth logout --output json").run().json();
    assert_eq!(logout()["removed"], true);
    assert_eq!(
        (logout()["removed"].clone(), secret.exists()),
        (json!(false), false)
    );
    let status = home.keepnet("auth status --output json").run();
    assert_eq!(
        (status.code, status.json()["has_secret"].clone()),
        (3, json!(false))
    );
    assert_eq!(fs::read_to_string(home.config()).unwrap(), text);
}

#[test]
fn login_adds_a_profile_and_replaces_its_secret() {
    let home = Home::new();
    fs::create_dir_all(home.config().parent().unwrap()).unwrap();
    let other = "# mine\n[profiles.other]\ncompany = 'Globex GmbH'\n";
    write_private(&home.config(), other);
    assert_eq!(home.log_in("--profile acme", "sandbox-secret").code, 0);
    let text = fs::read_to_string(home.config()).unwrap();
    assert!(
        text.starts_with("# mine\n[profiles.other]\ncompany = 'Globex GmbH'\n\n[profiles.acme]\n")
    );
    let secret = home.config().with_file_name("acme.secret");
    fs::remove_file(&secret).unwrap();
    let given = home.folder.path().join("s");
    write_private(&given, "sandbox-secret");
    let line = ["auth", "login", "--profile", "acme", "--secret-file", "~/s"];
    let replaced = home.keepnet("--quiet").args(&line).run();
    assert_eq!(replaced.code, 0, "{}", replaced.stderr);
    assert_eq!(fs::read_to_string(home.config()).unwrap(), text);
    assert_eq!(fs::read_to_string(secret).unwrap(), "sandbox-secret\n");

    let refused = |line: &str, expected: &str| {
        let run = home.keepnet(line).run();
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{line}");
        assert!(run.stderr.contains(expected), "{line}: {}", run.stderr);
    };
    refused(
        "auth login --profile other",
        "the secret of the profile other is not in a file",
    );
    refused(
        "auth login --profile acme --client-id x",
        "has the client id sandbox-client",
    );
    refused(
        "auth login --profile acme --company x",
        "only its secret can be replaced",
    );
    refused(
        "auth login --profile a.b",
        "cannot be the name of a profile",
    );
    refused("auth login --profile new", "hint: add --client-id ID");
    refused("auth login --profile acme", "hint: add --secret-file FILE");
    refused("auth logout --sandbox", "has its own credentials");
}

#[test]
fn logins_at_once_keep_all_profiles() {
    let home = Home::new();
    assert_eq!(home.log_in("--profile old", "sandbox-secret").code, 0);
    let names: Vec<_> = (1..=8).map(|number| format!("p{number}")).collect();
    let start = |name: &String| home.start_login(&format!("--profile {name}"));
    let same = ["twice", "twice"].map(|name| start(&name.to_owned()));
    let logins: Vec<_> = names.iter().map(start).chain(same).collect();
    // All of them wait for their secret, and go on together.
    let threads = logins.into_iter().map(|login| {
        let log_in = move || type_secret(login, "sandbox-secret");
        std::thread::spawn(log_in)
    });
    let threads: Vec<_> = threads.collect();
    let logout = home.keepnet("auth logout --profile old").run();
    assert_eq!(logout.code, 0, "{}", logout.stderr);
    for thread in threads {
        let login = thread.join().unwrap();
        assert_eq!(login.code, 0, "{}", login.stderr);
    }
    let text = fs::read_to_string(home.config()).unwrap();
    assert_eq!(text.matches("default_profile").count(), 1, "{text}");
    let mut expected = vec!["config.toml".to_owned(), "config.toml.lock".to_owned()];
    for name in names.iter().map(String::as_str).chain(["twice"]) {
        let section = format!("[profiles.{name}]");
        assert_eq!(text.matches(&section).count(), 1, "{section} in {text}");
        expected.push(format!("{name}.secret"));
    }
    assert!(text.contains("[profiles.old]"), "{text}");
    assert_eq!(home.files(), expected);
}

#[test]
fn secret_has_no_marks_of_an_editor() {
    for secret in [
        "\u{feff}sandbox-secret\r\n",
        "\u{feff}sandbox-secret",
        "sandbox-secret\r\n",
        "\n\u{feff} sandbox-secret \n\n",
    ] {
        let home = Home::new();
        let login = home.log_in("--profile acme", secret);
        assert_eq!(login.code, 0, "{secret:?}: {}", login.stderr);
        let stored = home.config().with_file_name("acme.secret");
        assert_eq!(fs::read_to_string(stored).unwrap(), "sandbox-secret\n");
    }
}

#[cfg(unix)]
#[test]
fn failed_login_says_why_and_leaves_no_file() {
    let home = Home::new();
    fs::create_dir_all(home.config().parent().unwrap()).unwrap();
    // The secret fits on the disk, and the configuration does not.
    let text = format!("# {}\n", "long ".repeat(200));
    write_private(&home.config(), &text);
    let given = home.folder.path().join("given");
    write_private(&given, "sandbox-secret");
    let login = home.keepnet("auth login --profile acme --client-id sandbox-client --secret-file");
    let url = home.service.sandbox.url();
    let login = login.arg(given).args(&["--base-url", url]);
    let run = login.with_full_disk(1).run();
    assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{}", run.stderr);
    let problem = "config.toml: cannot be written: File too large";
    assert!(run.stderr.contains(problem), "{}", run.stderr);
    assert_eq!(fs::read_to_string(home.config()).unwrap(), text);
    assert_eq!(home.files(), ["config.toml", "config.toml.lock"]);
}

#[cfg(unix)]
#[test]
fn typed_secret_is_not_shown() {
    let home = Home::new();
    let program = home
        .keepnet("auth login")
        .env("KEEPNET_API_BASE_URL", home.service.sandbox.url());
    let mut terminal = Terminal::start(program, 120);
    terminal.wait_for("client id:");
    terminal.send("sandbox-client\n");
    terminal.wait_for("client secret:");
    terminal.send("sandbox-secret\n");
    let (code, screen) = terminal.finish();
    assert_eq!(code, 0, "{screen}");
    assert!(screen.contains("stored in the profile default"), "{screen}");
    assert!(!screen.contains("sandbox-secret"), "{screen}");
}

#[cfg(unix)]
#[test]
fn interrupted_question_restores_the_terminal() {
    let home = Home::new();
    let terminal = Terminal::start(home.keepnet("auth login --client-id me"), 120);
    terminal.wait_for("client secret:");
    assert!(!terminal.shows_input());
    terminal.interrupt();
    terminal.wait_for("interrupted");
    assert!(terminal.shows_input());
    assert_eq!(terminal.finish().0, 130);
}

#[test]
fn each_setting_says_where_it_comes_from() {
    let home = Home::new();
    assert_eq!(home.log_in("--company Acme~LLC", "sandbox-secret").code, 0);
    let url = home.service.sandbox.url();
    let list = |program: Keepnet| {
        let run = program.args(&["--output", "json"]).run();
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        assert!(!run.stdout.contains("sandbox-secret"), "{}", run.stdout);
        let items = run.json()["items"].clone();
        move |name: &str| -> Value {
            let items = items.as_array().unwrap();
            let found = items.iter().find(|it| it["name"] == name).unwrap();
            json!([found["value"], found["source"]])
        }
    };
    let setting = list(home.keepnet("config list"));
    assert_eq!(setting("profile"), json!(["default", "configuration file"]));
    assert_eq!(setting("base_url"), json!([url, "profile default"]));
    assert_eq!(setting("company"), json!([ACME, "profile default"]));
    assert_eq!(setting("proxy"), json!([null, null]));
    let setting = list(
        home.keepnet("config list --company x --profile default --secret-file s")
            .env("KEEPNET_COMPANY_ID", GLOBEX)
            .env("KEEPNET_CLIENT_ID", "other"),
    );
    assert_eq!(setting("profile"), json!(["default", "argument --profile"]));
    assert_eq!(setting("company"), json!(["x", "argument --company"]));
    assert_eq!(
        setting("client_id"),
        json!(["sandbox-client", "profile default"])
    );
    assert_eq!(
        setting("secret"),
        json!(["file s", "argument --secret-file"])
    );
    let setting = list(
        Keepnet::new(&["config", "list"])
            .env("KEEPNET_CLIENT_SECRET", "sandbox-secret")
            .env("HTTPS_PROXY", "http://me:hunter2@proxy.example:3128"),
    );
    let service = "https://api.keepnetlabs.com";
    assert_eq!(setting("base_url"), json!([service, "default"]));
    let proxy = ["http://proxy.example:3128", "environment HTTPS_PROXY"];
    assert_eq!(setting("proxy"), json!(proxy));
    let variable = "KEEPNET_CLIENT_SECRET";
    let secret = [
        format!("variable {variable}"),
        format!("environment {variable}"),
    ];
    assert_eq!(setting("secret"), json!(secret));
    let setting = list(Keepnet::new(&["config", "list", "--sandbox"]));
    assert_eq!(
        setting("base_url"),
        json!(["a temporary sandbox", "argument --sandbox"])
    );
}
