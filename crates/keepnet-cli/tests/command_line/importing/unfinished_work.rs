//! What an earlier run has left stops each command that writes a staff list, and nothing else does.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use keepnet_flows::SyncTicket;

use super::resuming::Setup;
use crate::support::{ACME, GLOBEX, Keepnet, Run, import};

const ACME_ID: &str = "xC5kfGz7w2Nz";
const LIST: &str = "Email,First Name\nvera@acme.example,Vera\nviktor@acme.example,Viktor\n";
const IMPORT: &str = "users import v.csv --yes";
const SYNC: &str = "users sync v.csv --leavers keep --beyond-license --yes";
const APPLY: &str = "users sync --apply plan.json --yes";

#[derive(Clone, Copy, Debug)]
enum Left {
    UnreadableImport,
    UnreadableSync,
    ConfirmedImport,
    KilledSync,
    /// An import and an unreadable synchronization of another customer.
    OtherCustomer,
    FinishedImport,
}

struct Case {
    left: Left,
    /// The commands that are stopped; the others do their work.
    stopped: &'static [&'static str],
    code: &'static str,
    message: &'static str,
    hint: &'static str,
    /// The beginning of the warning of a command that only reads.
    warning: &'static str,
    /// A command that does its work: with `--again`, if it is one that is stopped.
    last: &'static str,
}

const CASES: &[Case] = &[
    Case {
        left: Left::UnreadableImport,
        stopped: &[IMPORT, SYNC, APPLY],
        code: "unreadable_ticket",
        message: "0123456789ab.json is not the ticket of an import",
        hint: "remove the file",
        warning: "it is not known whether an earlier run is unfinished",
        last: SYNC,
    },
    Case {
        left: Left::UnreadableSync,
        stopped: &[IMPORT, SYNC, APPLY],
        code: "unreadable_ticket",
        message: ".json is not the ticket of a synchronization",
        hint: "remove the file",
        warning: "it is not known whether an earlier run is unfinished",
        last: SYNC,
    },
    Case {
        left: Left::ConfirmedImport,
        stopped: &[IMPORT, SYNC, APPLY],
        code: "unfinished_import",
        message: "an earlier import of acme-users.csv for Acme LLC (xC5kfGz7w2Nz) is unfinished since 20",
        hint: "resume it with: keepnet users import --resume ",
        warning: "an earlier import",
        last: APPLY,
    },
    // A synchronization goes on with it.
    Case {
        left: Left::KilledSync,
        stopped: &[IMPORT],
        code: "unfinished_sync",
        message: "an earlier synchronization with v.csv for Acme LLC (xC5kfGz7w2Nz) is unfinished since 20",
        hint: "resume it with: keepnet users sync --resume sync-",
        warning: "an earlier synchronization",
        last: SYNC,
    },
    Case {
        left: Left::OtherCustomer,
        stopped: &[],
        code: "",
        message: "",
        hint: "",
        warning: "an",
        last: IMPORT,
    },
    Case {
        left: Left::FinishedImport,
        stopped: &[],
        code: "",
        message: "",
        hint: "",
        warning: "an",
        last: SYNC,
    },
];

impl Left {
    fn prepare(self, setup: &Setup) {
        let tickets = setup.path("imports");
        std::fs::create_dir_all(&tickets).unwrap();
        let damage = |id: &str| std::fs::write(tickets.join(format!("{id}.json")), "").unwrap();
        let import = |company: &str, options: &[&str], code: i32| {
            let call = import("acme-users.csv", company).args(&["--domains", "acme.example"]);
            let run = setup.with_tickets(call.args(options)).run();
            assert_eq!(run.code, code, "{}", run.stderr);
        };
        match self {
            Left::UnreadableImport => damage("0123456789ab"),
            Left::UnreadableSync => {
                let url = setup.service.sandbox.url().trim_end_matches('/');
                damage(&SyncTicket::id_of(url, ACME_ID));
            }
            Left::ConfirmedImport => import(ACME, &["--no-wait"], 6),
            Left::KilledSync => kill_sync(setup),
            Left::OtherCustomer => {
                import(GLOBEX, &["--no-wait"], 6);
                damage("sync-0123456789abcdef01234567");
            }
            Left::FinishedImport => import(ACME, &[], 0),
        }
    }
}

/// Kills a synchronization while the service imports.
fn kill_sync(setup: &Setup) {
    let words: Vec<_> = SYNC.split(' ').collect();
    let call = Keepnet::new(&["--company", ACME]).args(&words);
    let mut child = setup.with_tickets(call).spawn(Stdio::null());
    let mut lines = BufReader::new(child.stderr.take().unwrap());
    let mut printed = String::new();
    while !printed.contains("importing") {
        assert_ne!(lines.read_line(&mut printed).unwrap(), 0, "{printed}");
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

fn run(setup: &Setup, line: &str) -> Run {
    let words: Vec<_> = line.split(' ').collect();
    let call = Keepnet::new(&["--company", ACME]).args(&words);
    setup.with_tickets(call).run()
}

fn writes(setup: &Setup) -> [u64; 2] {
    ["uploads", "imports"].map(|name| setup.counter(name))
}

fn check(case: &Case) {
    let setup = Setup::new();
    std::fs::write(setup.path("v.csv"), LIST).unwrap();
    let plan = SYNC.replace("--yes", "--plan plan.json");
    assert_eq!(run(&setup, &plan).code, 0);
    case.left.prepare(&setup);
    let before = writes(&setup);
    for line in case.stopped {
        let context = format!("{:?}: {line}", case.left);
        let stopped = run(&setup, &format!("{line} --output json"));
        assert_eq!(stopped.code, 6, "{context}: {}", stopped.stderr);
        let error = stopped.error();
        let says = |member: &str, text: &str| {
            let told = error[member].as_str().unwrap();
            assert!(told.contains(text), "{context}: {told}");
        };
        assert_eq!(error["code"], case.code, "{context}");
        says("message", case.message);
        says("hint", case.hint);
        says("hint", "--again");
    }
    assert_eq!(writes(&setup), before, "{:?}", case.left);
    // What the killed synchronization imports makes the saved plan outdated.
    let is_outdated = |line: &str| matches!(case.left, Left::KilledSync) && line == APPLY;
    for line in [IMPORT, SYNC, APPLY] {
        if is_outdated(line) {
            continue;
        }
        let context = format!("{:?}: {line}", case.left);
        let reading = run(&setup, &line.replace("--yes", "--dry-run"));
        let warning = format!("warning: {}", case.warning);
        let is_warned = reading.stderr.contains(&warning);
        assert_eq!(
            is_warned,
            case.stopped.contains(&line),
            "{context}: {}",
            reading.stderr
        );
        assert_eq!(reading.code, 0, "{context}: {}", reading.stderr);
    }
    setup.service.sandbox.finish_imports();
    let again = match case.stopped.contains(&case.last) {
        true => " --again",
        false => "",
    };
    let done = run(&setup, &format!("{}{again}", case.last));
    assert_eq!(done.code, 0, "{:?}: {}", case.left, done.stderr);
}

#[test]
fn unfinished_work_stops_what_writes_a_list() {
    // They wait for the service, so that they run at the same time.
    std::thread::scope(|scope| {
        for case in CASES {
            scope.spawn(|| check(case));
        }
    });
}
