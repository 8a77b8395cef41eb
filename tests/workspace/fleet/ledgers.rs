//! Ledgers that are damaged, and ledgers that a crash has cut off.

use std::fs;

use keepnet_flows::{ErrorKind, FleetLedger, FleetState};
use keepnet_sandbox::Dialect;

use super::syncs::{Setup, changed, of};

/// A run of two customers, of which the second one is refused.
async fn run() -> (Setup, Vec<u8>) {
    let setup = Setup::new(Dialect::Observed, 2).await;
    setup.write_list(2, |emails| changed(emails, 6, 0));
    setup.run().await;
    let ledger = fs::read(setup.ledger_folder().join("ledger.ndjson")).unwrap();
    (setup, ledger)
}

fn write(setup: &Setup, ledger: &[u8]) {
    fs::write(setup.ledger_folder().join("ledger.ndjson"), ledger).unwrap();
}

#[tokio::test]
async fn damaged_ledger_is_neither_resumed_nor_replaced() {
    let (setup, ledger) = run().await;
    let text = String::from_utf8(ledger).unwrap();
    let lines: Vec<_> = text.lines().collect();
    let first = setup.service.sandbox.requests().len();
    for damaged in 0..lines.len() {
        let mut lines = lines.clone();
        lines[damaged] = "garbage";
        let ledger = lines.join("\n") + "\n";
        write(&setup, ledger.as_bytes());
        // Whoever resumes a run or begins a new one opens its ledger.
        let error = FleetLedger::open(setup.ledger_folder()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
        let line = format!("line {} of the ledger ", damaged + 1);
        assert!(error.problem().starts_with(&line), "{error}");
        let path = setup.ledger_folder().join("ledger.ndjson");
        assert_eq!(fs::read_to_string(path).unwrap(), ledger);
    }
    assert_eq!(setup.service.sandbox.requests().len(), first);
}

#[tokio::test]
async fn run_goes_on_after_a_line_that_was_cut_off() {
    let (setup, ledger) = run().await;
    let last = ledger[..ledger.len() - 1]
        .iter()
        .rposition(|it| *it == b'\n');
    let last = last.unwrap() + 1;
    let cuts = [
        ledger[..last + 1].to_vec(),
        ledger[..ledger.len() - 2].to_vec(),
        ledger[..ledger.len() - 1].to_vec(),
        [&ledger[..last + 9], &[0; 64]].concat(),
    ];
    for cut in cuts {
        write(&setup, &cut);
        let outcomes = setup.resume().await;
        let second = of(&outcomes, 2);
        assert_eq!(second.outcome, FleetState::Refused, "{outcomes:?}");
        let path = setup.ledger_folder().join("ledger.ndjson");
        let text = fs::read_to_string(path).unwrap();
        for line in text.lines() {
            serde_json::from_str::<serde_json::Value>(line).expect(line);
        }
        assert_eq!(setup.ledger().unfinished(), Some(1));
    }
}
