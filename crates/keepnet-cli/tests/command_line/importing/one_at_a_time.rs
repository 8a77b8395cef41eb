//! Imports of one customer that start in the same moment, or while another runs.

use std::process::{Child, Stdio};

use super::resuming::Setup;
use crate::support::{ACME, error_document, import};

#[test]
fn imports_at_once_run_one_at_a_time() {
    for count in [2, 10] {
        let setup = Setup::new();
        let start = |_| {
            let call = setup.with_tickets(import("acme-users.csv", ACME));
            call.spawn(Stdio::null())
        };
        let children: Vec<Child> = (0..count).map(start).collect();
        let ends = children
            .into_iter()
            .map(|it| it.wait_with_output().unwrap());
        let (done, refused): (Vec<_>, Vec<_>) = ends.partition(|it| it.status.success());
        for run in &refused {
            let printed = String::from_utf8_lossy(&run.stderr);
            let error = error_document(&printed);
            assert_eq!(error["code"], "conflict", "{printed}");
            let message = error["message"].as_str().unwrap();
            let names = [
                "an import of acme-users.csv",
                "the import of acme-users.csv",
            ];
            assert!(names.iter().any(|it| message.contains(it)), "{printed}");
            assert_eq!(error["hint"], "wait until it ends");
        }
        // A process that starts after another has ended finds nothing to create.
        assert_eq!(setup.counter("uploads"), done.len() as u64, "{count}");
        assert_eq!(setup.counter("usersCreated"), 25, "{count}");
    }
}

#[test]
fn killed_import_leaves_no_lock() {
    let setup = Setup::new();
    setup.kill_in(ACME, "mapping");
    let run = setup
        .with_tickets(import("acme-users.csv", ACME))
        .args(&["--again"]);
    let run = run.run();
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn running_import_is_named_to_the_next() {
    let setup = Setup::new();
    let (mut child, ..) = setup.start_until(ACME, "mapping");
    for options in [&[][..], &["--again"]] {
        let second = import("acme-users.csv", ACME).args(options);
        let second = setup.with_tickets(second).run();
        assert_eq!(second.code, 1, "{}", second.stderr);
        let error = error_document(&second.stderr);
        let message = error["message"].as_str().unwrap();
        assert!(message.contains("import of acme-users.csv"), "{message}");
        assert!(message.contains("running"), "{message}");
        assert_eq!(error["hint"], "wait until it ends");
    }
    assert!(child.wait().unwrap().success());
}
