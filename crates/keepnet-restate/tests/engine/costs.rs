//! What an import and a synchronization cost, as `docs/durable-engine.md` says.

use std::path::Path;

use serde_json::Value;

use super::deployment::engine::Engine;
use super::deployment::staff::{Staff, id_of, list_options};
use super::deployment::{Deployment, import_of};

#[tokio::test(flavor = "multi_thread")]
async fn work_costs_what_the_page_says() {
    let Some(binary) = Engine::binary() else {
        return;
    };
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/durable-engine.md");
    let page = std::fs::read_to_string(page).unwrap();
    let staffs = [1, 2].map(Staff::of_customer);
    let deployment = Deployment::of_staffs(binary, &staffs).await;
    let engine = &deployment.engine;
    deployment.write_list("people.csv", "customer-1.example", 25);
    for (column, id, handler, request) in [
        (0, id_of(1), "import", import_of("people.csv")),
        (1, id_of(2), "sync", list_options("people-2.csv")),
    ] {
        let first = deployment.sandbox.requests().len();
        let handler = format!("KeepnetCompany/{id}/{handler}");
        let response = engine.call(&handler, request).await;
        assert_eq!(response.status, 200, "{response:?}");
        let calls = deployment.sandbox.requests().split_off(first);
        // Which worker has a token already is a matter of chance.
        let is_token = |operation: Option<&str>| operation == Some("POST /connect/token");
        let calls = calls.iter().filter(|it| !is_token(it.operation.as_deref()));
        let journal = format!(
            "select raw, entry_type from sys_journal where id in \
             (select id from sys_invocation where target_service_key = '{id}')"
        );
        let journal = engine.query(&journal).await;
        let steps = journal
            .iter()
            .filter(|it| it["entry_type"] == "Command: Run");
        let state = format!("select value from state where service_key = '{id}'");
        let state = engine.query(&state).await;
        for (row, measured, tolerance) in [
            // Two runs can differ by one call.
            ("calls to the service", calls.count(), 1),
            ("journalled steps", steps.count(), 0),
            ("journal entries", journal.len(), 0),
            ("journal bytes", bytes(&journal, "raw"), 1500),
            ("state bytes", bytes(&state, "value"), 150),
        ] {
            let shown = figure(&page, row, column);
            assert!(
                shown.abs_diff(measured) <= tolerance,
                "{handler}, {row}: {measured}, and the page says {shown}"
            );
        }
    }
}

/// The bytes of a column that has them in hexadecimal digits.
fn bytes(rows: &[Value], column: &str) -> usize {
    let digits = rows.iter().filter_map(|row| row[column].as_str());
    digits.map(|it| it.len() / 2).sum()
}

/// The figure of an import (0) or a synchronization (1) in a row of the table of costs.
fn figure(page: &str, row: &str, column: usize) -> usize {
    let start = format!("| {row} | ");
    let line = page.lines().find_map(|line| line.strip_prefix(&start));
    let cell = line.unwrap().split(" | ").nth(column).unwrap();
    let digits: String = cell.chars().filter(char::is_ascii_digit).collect();
    digits.parse().unwrap()
}
