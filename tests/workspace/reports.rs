//! The JSON that scripts build on: its schemas change only when somebody means to.

use keepnet_flows::{
    CompanySummary, Group, ImportChanges, ImportReport, JobDetail, SavedFile, Ticket, User,
    ValidationReport,
};
use schemars::{JsonSchema, schema_for};

fn check<T: JsonSchema>(name: &str) {
    let schema = serde_json::to_string_pretty(&schema_for!(T)).unwrap();
    crate::check_snapshot(name, &schema);
}

#[test]
fn the_report_of_a_check_has_the_schema_that_scripts_know() {
    check::<ValidationReport>("check-report");
}

#[test]
fn the_report_of_an_import_has_the_schema_that_scripts_know() {
    check::<ImportReport>("import-report");
}

#[test]
fn what_an_import_would_change_has_the_schema_that_scripts_know() {
    check::<ImportChanges>("import-changes");
}

#[test]
fn the_ticket_of_an_import_has_the_schema_that_another_process_knows() {
    check::<Ticket>("import-ticket");
}

#[test]
fn what_lists_and_exports_print_has_the_schemas_that_scripts_know() {
    check::<User>("users");
    check::<CompanySummary>("companies");
    check::<Group>("groups");
    check::<JobDetail>("jobs");
    check::<SavedFile>("saved-file");
}
