//! The schemas of the JSON that scripts read: a change must be intended.

use keepnet_flows::{
    CompanySummary, EditReport, Group, ImportChanges, ImportReport, JobDetail, SavedFile,
    SavedPlan, SyncReport, SyncTicket, Ticket, User, ValidationReport,
};
use schemars::{JsonSchema, schema_for};

fn check<T: JsonSchema>(name: &str) {
    let schema = serde_json::to_string_pretty(&schema_for!(T)).unwrap();
    crate::check_snapshot(name, &schema);
}

#[test]
fn check_report_schema_is_unchanged() {
    check::<ValidationReport>("check-report");
}

#[test]
fn import_report_schema_is_unchanged() {
    check::<ImportReport>("import-report");
}

#[test]
fn import_changes_schema_is_unchanged() {
    check::<ImportChanges>("import-changes");
}

#[test]
fn edit_report_schema_is_unchanged() {
    check::<EditReport>("edit-report");
}

#[test]
fn ticket_schema_is_unchanged() {
    check::<Ticket>("import-ticket");
}

#[test]
fn sync_schemas_are_unchanged() {
    check::<SyncReport>("sync-report");
    check::<SavedPlan>("sync-plan");
    check::<SyncTicket>("sync-ticket");
}

#[test]
fn list_and_export_schemas_are_unchanged() {
    check::<User>("users");
    check::<CompanySummary>("companies");
    check::<Group>("groups");
    check::<JobDetail>("jobs");
    check::<SavedFile>("saved-file");
}
