//! Tables and errors, as snapshots.

use keepnet_sandbox::Sandbox;

use crate::support::{ACME, Keepnet, Service, check_snapshot, fixture};

fn keepnet(line: &str, service: &Service) -> Keepnet {
    let words: Vec<_> = line.split(' ').map(|word| word.replace('~', " ")).collect();
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    Keepnet::new(&words)
        .in_folder(fixture("acme-users.csv").parent().unwrap())
        .with_service(service)
}

/// Replaces the parts that differ from run to run: times, and the port of the service.
pub(crate) fn without_variable_parts(text: &str, service: &Service) -> String {
    let shape = |text: &str| -> String {
        let digits = text
            .chars()
            .map(|it| if it.is_ascii_digit() { '9' } else { it });
        digits.collect()
    };
    let mut text = text.replace(service.sandbox.url(), "http://127.0.0.1:7777");
    for known in ["25/03/2026 07:49", "2026-03-25T07:49:00Z"] {
        let length = known.len();
        let places: Vec<_> = (0..text.len())
            .filter(|at| {
                text.get(*at..at + length)
                    .is_some_and(|part| shape(part) == shape(known))
            })
            .collect();
        for at in places {
            text.replace_range(at..at + length, known);
        }
    }
    text
}

#[test]
fn tables_are_stable() {
    let service = Service::start(Sandbox::builder());
    let lines = [
        "auth check",
        "companies list",
        "companies show acme~llc",
        "users list",
        "users list --status all --output csv",
        "users count",
        "users check duplicates-and-invalid.xlsx",
        "users add --from duplicates-and-invalid.xlsx --yes",
        "users import acme-users.csv --dry-run",
        "groups list",
        "jobs list",
    ];
    let mut printed = String::new();
    for line in lines {
        let run = keepnet(line, &service)
            .env("KEEPNET_COMPANY_ID", ACME)
            .run();
        printed += &format!("$ keepnet {}\n{}\n", line.replace('~', " "), run.stdout);
    }
    check_snapshot("tables", &without_variable_parts(&printed, &service));
}

#[test]
fn errors_are_stable() {
    let service = Service::start(Sandbox::builder());
    let lines = [
        "users count",
        "--company Nobody users count",
        "--company acme users count",
        "--company Acme~LLC users list --group Nobody's",
        "--company Acme~LLC users list --page-token nonsense",
        "--company Acme~LLC users list --created-after yesterday",
        "--company Acme~LLC users add --email nia",
        "--company Acme~LLC users add --from acme-users.csv",
        "--company Acme~LLC users import empty.xlsx --yes",
        "--company Acme~LLC users import nowhere.xlsx --yes",
        "--company Acme~LLC users export -o nowhere/users.csv",
        "--company Acme~LLC jobs show nosuchjob",
        "--profile acme auth check",
        "--base-url http://api.example auth check",
        "api GET /api/company/my",
        "api POST /api/companies/search --data {}",
        "users lst",
    ];
    let mut printed = String::new();
    for line in lines {
        let run = keepnet(line, &service).run();
        let code = run.code;
        printed += &format!(
            "$ keepnet {}\n{}[{code}]\n\n",
            line.replace('~', " "),
            run.stderr
        );
    }
    check_snapshot("errors", &without_variable_parts(&printed, &service));
}
