//! A session on terminals of two widths, in a pipe, and in a log, as snapshots.

use keepnet_sandbox::Sandbox;
use tempfile::TempDir;

use crate::output::printed::without_variable_parts;
use crate::support::{ACME, Keepnet, Service, check_snapshot, fixture};
use crate::terminals::terminal::Terminal;

/// The commands of the session, and what is typed at their questions.
const SESSION: &[(&str, &str)] = &[
    ("users list --search sales", ""),
    (
        "users list --sort email --descending --limit 2 --columns email,status",
        "",
    ),
    ("users list --department Nowhere", ""),
    ("users check people.xlsx", ""),
    ("users import people.xlsx --dry-run", ""),
    ("users import people.xlsx", "y\n"),
    ("users count", ""),
    ("imports list --columns state,file,company_name,age", ""),
    ("imports prune --no-input", ""),
    ("users list --group Nobody", ""),
];

struct Session {
    service: Service,
    folder: TempDir,
}

impl Session {
    fn start() -> Session {
        let folder = tempfile::tempdir().unwrap();
        let list = fixture("duplicates-and-invalid.xlsx");
        std::fs::copy(list, folder.path().join("people.xlsx")).unwrap();
        Session {
            service: Service::start(Sandbox::builder()),
            folder,
        }
    }

    fn keepnet(&self, line: &str) -> Keepnet {
        let words: Vec<_> = line.split(' ').collect();
        Keepnet::new(&[])
            .env("KEEPNET_COMPANY_ID", ACME)
            .args(&words)
            .in_folder(self.folder.path())
            .env("KEEPNET_STATE_DIR", "state")
            .env("LANG", "en_US.UTF-8")
            .with_service(&self.service)
    }

    fn check(&self, name: &str, run: impl Fn(&Session, &str, &str) -> String) {
        let parts = SESSION.iter().map(|(line, answer)| {
            let printed = run(self, line, answer);
            format!("$ keepnet {line}\n{}\n", printed.trim_end())
        });
        let printed = parts.collect::<Vec<_>>().join("\n");
        check_snapshot(name, &without_variable_parts(&printed, &self.service));
    }
}

fn on_terminal(columns: u16) -> impl Fn(&Session, &str, &str) -> String {
    move |session, line, answer| {
        let program = session.keepnet(line).env("TERM", "xterm");
        let mut terminal = Terminal::start(program, columns);
        if !answer.is_empty() {
            terminal.wait_for("[y/N]");
            terminal.send(answer);
        }
        let (code, screen) = terminal.finish();
        format!("{screen}\n[{code}]")
    }
}

fn in_log(session: &Session, line: &str, answer: &str) -> String {
    let consent: &[&str] = if answer.is_empty() { &[] } else { &["--yes"] };
    let run = session.keepnet(line).args(consent).env("CI", "true").run();
    // How many people are imported when the job is looked at depends on the time.
    let is_stable = |line: &&str| !line.starts_with("importing ") || line.ends_with("7/7");
    let lines = run.stderr.split_inclusive('\n');
    let lines: String = lines.filter(|line| is_stable(&line.trim_end())).collect();
    format!("{lines}{}[{}]", run.stdout, run.code)
}

#[test]
fn session_on_a_narrow_terminal_is_stable() {
    Session::start().check("session-60-columns", on_terminal(60));
}

#[test]
fn session_on_a_wide_terminal_is_stable() {
    Session::start().check("session-120-columns", on_terminal(120));
}

#[test]
fn session_in_a_pipe_is_stable() {
    Session::start().check("session-pipe", |session, line, answer| {
        let consent: &[&str] = if answer.is_empty() { &[] } else { &["--yes"] };
        let run = session.keepnet(line).args(consent).run();
        run.stdout
    });
}

#[test]
fn session_in_a_log_is_stable() {
    Session::start().check("session-log", in_log);
}

#[test]
fn dumb_terminal_gets_lines_of_progress() {
    let session = Session::start();
    let program = session
        .keepnet("users import people.xlsx --dry-run")
        .env("TERM", "dumb");
    let (code, screen) = Terminal::start(program, 120).finish();
    assert_eq!(code, 5, "{screen}");
    assert!(screen.contains("checking the rows\n"), "{screen}");
}

#[test]
fn workbook_is_not_shown_on_a_terminal() {
    let session = Session::start();
    let program = session.keepnet("users export --format excel -o -");
    let (code, screen) = Terminal::start(program, 120).finish();
    assert_eq!(code, 2, "{screen}");
    assert!(
        screen.starts_with("error: a workbook cannot be shown"),
        "{screen}"
    );
    assert_eq!(session.service.sandbox.requests().len(), 0);
}
