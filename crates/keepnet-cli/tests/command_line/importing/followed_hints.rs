//! Each way in which an import or a synchronization fails: its exit code, its hint and its ticket. The hint
//! is then done, and must succeed.

use std::io::Write as _;
use std::process::Stdio;

use keepnet_sandbox::Sandbox;
use tempfile::TempDir;

use crate::support::{ACME, Keepnet, Run, Service};

/// A failure of the service or of the arguments, and what the command says to it.
struct Case {
    command: &'static str,
    fault: &'static str,
    code: i32,
    /// The hint up to the command, which follows it.
    hint: &'static str,
    /// What the ticket is after the failure.
    state: &'static str,
}

const IMPORT: &str = "users import people.csv --yes --domains acme.example";
const STALLED: &str = "users import people.csv --yes --domains acme.example --stall-timeout 1s";
const WITHIN: &str = "users import people.csv --yes --domains acme.example --within-license";
const SYNC: &str = "users sync people.csv --yes --domains acme.example --leavers keep";

#[rustfmt::skip]
const CASES: &[Case] = &[
    Case { command: IMPORT, fault: "status=400,on=POST /api/target-users/upload", code: 1,
        hint: "nothing was imported; check the file and run it again", state: "failed" },
    Case { command: IMPORT, fault: "status=403,on=POST /api/target-users/upload", code: 4,
        hint: "use a credential with the role Reseller that manages this company; then resume with: ",
        state: "unconfirmed" },
    Case { command: IMPORT, fault: "status=500,on=POST /api/target-users/upload", code: 7,
        hint: "nothing was imported; resume with: ", state: "unconfirmed" },
    Case { command: IMPORT, fault: "mapping=fails", code: 1,
        hint: "nothing was imported; check the file and run it again", state: "failed" },
    Case { command: IMPORT, fault: "mapping=expires", code: 1,
        hint: "nothing was imported; run it again", state: "failed" },
    Case { command: STALLED, fault: "mapping=sticks", code: 6,
        hint: "nothing was imported; resume with: ", state: "unconfirmed" },
    Case { command: IMPORT, fault: "status=400,on=POST /api/target-users/{transactionId}/search", code: 1,
        hint: "nothing was imported; check the file and run it again", state: "failed" },
    Case { command: IMPORT, fault: "status=403,on=GET /api/target-users/count-summary", code: 4,
        hint: "use a credential with the role Reseller that manages this company; then resume with: ",
        state: "unconfirmed" },
    Case { command: WITHIN, fault: "", code: 1,
        hint: "nothing was imported; extend the licence, or import without this check", state: "failed" },
    Case { command: IMPORT, fault: "status=400,on=POST /api/target-users/{transactionId}/import,count=9", code: 1,
        hint: "nothing was imported; resume with: ", state: "unconfirmed" },
    Case { command: IMPORT, fault: "transaction-expires,on=POST /api/target-users/{transactionId}/import", code: 1,
        hint: "the upload has expired; nothing was imported; resume with: ", state: "unconfirmed" },
    Case { command: IMPORT, fault: "import=fails", code: 1,
        hint: "some people may have been imported: count the users, then import the file again",
        state: "failed" },
    Case { command: IMPORT, fault: "status=403,on=GET /api/jobs/{resourceId}", code: 4,
        hint: "the import has started and continues in the service: check the jobs of the company before \
            you import again; then resume with: ", state: "confirmed" },
    Case { command: SYNC, fault: "status=400,on=POST /api/target-users/upload", code: 1,
        hint: "nothing was imported; resume with: ", state: "confirmed" },
    Case { command: SYNC, fault: "mapping=fails", code: 1,
        hint: "nothing was imported; resume with: ", state: "confirmed" },
    Case { command: SYNC, fault: "mapping=expires", code: 1,
        hint: "nothing was imported; resume with: ", state: "confirmed" },
    Case { command: SYNC, fault: "import=fails", code: 1, hint: "resume with: ", state: "confirmed" },
];

struct Setup {
    service: Service,
    folder: TempDir,
}

impl Setup {
    fn new(case: &Case) -> Setup {
        let mut builder = Sandbox::builder();
        if case.command == WITHIN {
            builder = builder.users(ACME, 100);
        }
        if !case.fault.is_empty() {
            builder = builder.fault(case.fault.parse().unwrap());
        }
        let folder = tempfile::tempdir().unwrap();
        let list = "Email,First Name\nnia@acme.example,Nia\nned@acme.example,Ned\n";
        std::fs::write(folder.path().join("people.csv"), list).unwrap();
        Setup {
            service: Service::start(builder),
            folder,
        }
    }

    fn keepnet(&self, line: &str) -> Run {
        let words: Vec<_> = line.split(' ').collect();
        Keepnet::new(&words)
            .in_folder(self.folder.path())
            .env("KEEPNET_COMPANY_ID", ACME)
            .env("KEEPNET_STATE_DIR", "state")
            .with_service(&self.service)
            .run()
    }

    fn has_ticket(&self, state: &str) -> bool {
        let listed = self.keepnet("imports list --output json").json();
        let tickets = listed["items"].as_array().unwrap();
        tickets.iter().any(|ticket| ticket["state"] == state)
    }
}

/// Fails once, does what the hint says, and then has what was asked for.
fn check(case: &Case) {
    let setup = Setup::new(case);
    let name = format!("{} ({})", case.command, case.fault);
    let failed = setup.keepnet(case.command);
    assert_eq!(failed.code, case.code, "{name}: {}", failed.stderr);
    let hint = failed.stderr.lines().last().unwrap();
    let hint = hint.strip_prefix("hint: ").unwrap();
    let rest = hint.strip_prefix(case.hint);
    let rest = rest.unwrap_or_else(|| panic!("{name}: {}", failed.stderr));
    assert!(setup.has_ticket(case.state), "{name}");

    setup.service.sandbox.clear_faults();
    let without_check = case.command.replace(" --within-license", "");
    let followed = match rest.strip_prefix("keepnet ") {
        Some(resume) => setup.keepnet(resume),
        None => {
            assert_eq!(rest, "", "{name}: {hint}");
            setup.keepnet(&without_check)
        }
    };
    assert_eq!(followed.code, 0, "{name}: {hint}: {}", followed.stderr);
    let counters = &setup.service.sandbox.state()["counters"];
    let created = counters["usersCreated"].as_u64().unwrap();
    assert_eq!(created, 2, "{name}: {hint}");
    assert!(setup.has_ticket("done"), "{name}: {hint}");
}

#[test]
fn each_hint_of_a_failed_import_is_true() {
    // Some wait for the service, so that they run at the same time.
    std::thread::scope(|scope| {
        for case in CASES {
            scope.spawn(|| check(case));
        }
    });
}

/// A ticket does not say where the list from standard input is, so that the command names it.
#[test]
fn hint_names_the_place_of_a_list_without_a_path() {
    let setup = Setup::new(&Case {
        command: IMPORT,
        fault: "transaction-expires,on=POST /api/target-users/{transactionId}/import",
        code: 1,
        hint: "",
        state: "unconfirmed",
    });
    let words = ["--company", ACME, "users", "import", "-", "--yes"];
    let mut child = Keepnet::new(&words)
        .args(&["--domains", "acme.example"])
        .in_folder(setup.folder.path())
        .env("KEEPNET_STATE_DIR", "state")
        .with_service(&setup.service)
        .spawn(Stdio::piped());
    let list = std::fs::read(setup.folder.path().join("people.csv")).unwrap();
    child.stdin.take().unwrap().write_all(&list).unwrap();
    let output = child.wait_with_output().unwrap();
    setup.service.sandbox.clear_faults();
    let hint = "hint: the upload has expired; nothing was imported; resume with: keepnet ";
    let resume = |stderr: &str| -> String {
        let (_, command) = stderr.rsplit_once("resume with: keepnet ").unwrap();
        command.trim_end().to_owned()
    };
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains(hint), "{stderr}");
    let command = resume(&stderr);
    assert!(command.ends_with(" FILE --yes"), "{command}");
    let missing = setup.keepnet(&command.replace("FILE", "moved.csv"));
    assert_ne!(missing.code, 0);
    assert_eq!(
        resume(&missing.stderr),
        command.replace("FILE", "moved.csv")
    );
    let without = setup.keepnet(&command.replace(" FILE", ""));
    assert_eq!(resume(&without.stderr), command);
    let done = setup.keepnet(&command.replace("FILE", "people.csv"));
    assert_eq!(done.code, 0, "{}", done.stderr);
}
