//! Lists whose e-mail domains are not those of the customer.

use std::fs;

use keepnet_sandbox::Sandbox;
use tempfile::TempDir;

use crate::support::{ACME, Keepnet, Run, Service};
use crate::terminals::terminal::Terminal;

struct Setup {
    service: Service,
    folder: TempDir,
}

impl Setup {
    /// A list of two users of another customer, and this many of Acme LLC.
    fn new(own: usize) -> Setup {
        let folder = tempfile::tempdir().unwrap();
        let mut list = "Email\nn1@globex.example\nn2@globex.example\n".to_owned();
        (0..own).for_each(|number| list += &format!("p{number}@acme.example\n"));
        fs::write(folder.path().join("people.csv"), list).unwrap();
        Setup {
            service: Service::start(Sandbox::builder()),
            folder,
        }
    }

    fn command(&self, arguments: &str) -> Keepnet {
        let arguments: Vec<&str> = arguments.split(' ').collect();
        Keepnet::new(&["--company", ACME])
            .args(&arguments)
            .env("KEEPNET_STATE_DIR", self.folder.path().to_str().unwrap())
            .in_folder(self.folder.path())
            .with_service(&self.service)
    }

    fn run(&self, arguments: &str) -> Run {
        self.command(arguments).run()
    }

    /// The calls that are no reads and no sign-in.
    fn writes(&self) -> Vec<String> {
        let requests = self.service.sandbox.requests().into_iter();
        let names = requests.filter_map(|it| it.operation_name());
        let is_write = |name: &&str| {
            let reads = ["search", "list", "get", "request_access_token"];
            !reads.iter().any(|read| name.starts_with(read))
        };
        names.filter(is_write).map(str::to_owned).collect()
    }
}

#[test]
fn list_of_another_customer_is_refused() {
    for command in [
        "users import people.csv --yes",
        "users import people.csv --dry-run",
        "users import people.csv --dry-run --diff",
        "users import people.csv --mode new --yes",
        "users import people.csv --select n1@globex.example --yes",
        "users add --from people.csv --yes",
        "users add --from people.csv --dry-run",
    ] {
        let setup = Setup::new(1);
        let run = setup.run(command);
        assert_eq!(run.code, 1, "{command}: {}", run.stderr);
        assert_eq!(run.stdout, "", "{command}");
        let error = run.stderr;
        assert!(error.contains("for Acme LLC (xC5kfGz7w2Nz): "), "{error}");
        assert!(error.contains(": globex.example ("), "{error}");
        assert!(
            error.contains("such as --domains globex.example\n"),
            "{error}"
        );
        assert_eq!(setup.writes(), Vec::<String>::new(), "{command}");
    }
}

#[test]
fn named_domains_allow_a_list() {
    for command in ["users import people.csv", "users add --from people.csv"] {
        let setup = Setup::new(1);
        let run = setup.run(&format!(
            "{command} --yes --domains globex.example,acme.example --output json"
        ));
        assert_eq!(run.code, 0, "{command}: {}", run.stderr);
        assert_eq!(run.json()["domains"]["basis"], "named");
        let other = Setup::new(1);
        let run = other.run(&format!("{command} --yes --domains globex.example"));
        assert_eq!(run.code, 1, "{command}: {}", run.stderr);
        assert!(
            run.stderr.contains("add acme.example to --domains"),
            "{}",
            run.stderr
        );
        assert_eq!(other.writes(), Vec::<String>::new(), "{command}");
    }
}

#[test]
fn few_unknown_domains_are_in_preview_and_question() {
    let note = "note: 2 of 4 people have a domain that no or few users of Acme LLC have: globex.example (2)";
    for command in ["users import people.csv", "users add --from people.csv"] {
        let setup = Setup::new(2);
        let run = setup.run(&format!("{command} --dry-run"));
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(run.stdout.contains(note), "{command}: {}", run.stdout);
        let run = setup.run(&format!("{command} --dry-run --output json"));
        assert_eq!(run.json()["domains"]["unknown"][0]["people"], 2);
        let command_line = setup.command(command).env("TERM", "xterm");
        let mut terminal = Terminal::start(command_line, 200);
        terminal.wait_for("; unknown domains: globex.example (2)? [y/N]");
        terminal.send("n\n");
        let (code, screen) = terminal.finish();
        assert_eq!(code, 1, "{screen}");
        assert!(screen.contains(note), "{screen}");
    }
}
