//! The questions before a command writes.

use keepnet_sandbox::Sandbox;
use tempfile::TempDir;

use crate::support::{ACME, Keepnet, Service};
use crate::terminals::terminal::Terminal;

struct Setup {
    service: Service,
    folder: TempDir,
}

impl Setup {
    fn new() -> Setup {
        Setup {
            service: Service::start(Sandbox::builder()),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// Starts a command with a list of two new users and an existing one.
    fn start(&self, arguments: &[&str]) -> Terminal {
        let file = self.folder.path().join("people.csv");
        let rows = "Email,First Name\nnia@acme.example,Nia\nned@acme.example,Ned\n\
            ada@acme.example,Ada\n";
        std::fs::write(&file, rows).unwrap();
        let program = Keepnet::new(&["--company", ACME])
            .args(arguments)
            .arg(file)
            .env("KEEPNET_STATE_DIR", self.folder.path().to_str().unwrap())
            .env("TERM", "xterm")
            .with_service(&self.service);
        Terminal::start(program, 160)
    }

    fn users_created(&self) -> u64 {
        let state = self.service.sandbox.state();
        state["counters"]["usersCreated"].as_u64().unwrap()
    }
}

#[test]
fn input_before_question_does_not_answer_it() {
    let setup = Setup::new();
    for command in [&["users", "import"][..], &["users", "add", "--from"]] {
        let mut terminal = setup.start(command);
        terminal.send("y\ny\n");
        terminal.wait_for("[y/N]");
        terminal.send("n\n");
        let (code, screen) = terminal.finish();
        assert_eq!(code, 1, "{screen}");
        assert!(
            screen.contains("not confirmed; nothing was written"),
            "{screen}"
        );
        assert_eq!(setup.users_created(), 0, "{command:?}");
    }
}

#[test]
fn question_names_customer_and_counts() {
    let check = |arguments: &[&str], expected: &str, created: u64| {
        let setup = Setup::new();
        let mut terminal = setup.start(arguments);
        terminal.wait_for(&format!("{expected} [y/N]"));
        terminal.send("y\n");
        let (code, screen) = terminal.finish();
        assert_eq!(code, 0, "{screen}");
        assert_eq!(setup.users_created(), created, "{arguments:?}");
    };
    check(
        &["users", "import"],
        "create 2 users in Acme LLC (xC5kfGz7w2Nz), and change 1 existing user?",
        2,
    );
    check(
        &["users", "import", "--mode", "new"],
        "create 2 users in Acme LLC (xC5kfGz7w2Nz), and change none?",
        2,
    );
    check(
        &["users", "import", "--mode", "existing"],
        "create no user in Acme LLC (xC5kfGz7w2Nz), and change 1 existing user?",
        0,
    );
    check(
        &["users", "add", "--from"],
        "create 2 users in Acme LLC (xC5kfGz7w2Nz), and leave 1 existing user unchanged?",
        2,
    );
}

#[test]
fn deletion_question_names_the_customer() {
    let service = Service::start(Sandbox::builder());
    let path = "/api/target-users/nosuchuser";
    let mut terminal = Terminal::start(
        Keepnet::new(&["--company", ACME, "api", "DELETE", path]).with_service(&service),
        160,
    );
    terminal.wait_for(&format!(
        "DELETE {path}: delete it in Acme LLC (xC5kfGz7w2Nz)? [y/N]"
    ));
    terminal.send("n\n");
    let (code, screen) = terminal.finish();
    assert_eq!(code, 1, "{screen}");
    assert!(screen.contains("not confirmed; nothing was written"));
    let requests = service.sandbox.requests();
    assert!(requests.iter().all(|it| it.method != "DELETE"));
}
