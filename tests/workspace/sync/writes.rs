//! Who was written, by the sandbox's record of requests.

use std::collections::BTreeSet;

use keepnet_flows::{SyncAction, SyncPlan};

use crate::flows::service::{ACME, Service};

/// The people whom a plan names: ids, and addresses in lower case.
#[derive(Debug, Default)]
pub(super) struct Named {
    ids: BTreeSet<String>,
    emails: BTreeSet<String>,
}

impl Named {
    pub(super) fn of(plan: &SyncPlan) -> Named {
        let mut named = Named::default();
        for row in plan.rows().filter(|row| row.action != SyncAction::Keep) {
            named.ids.extend(row.id);
            named.emails.insert(row.email.to_lowercase());
        }
        named
    }
}

/// The operations that write, since request `first`.
pub(super) fn writes(service: &Service, first: usize) -> Vec<String> {
    let requests = service.sandbox.requests();
    let operations = requests[first..]
        .iter()
        .filter_map(|it| it.operation.clone());
    let reads = ["/search", "/connect/token", "license-check"];
    let is_write =
        |it: &String| !it.starts_with("GET") && !reads.iter().any(|read| it.contains(read));
    operations.filter(is_write).collect()
}

/// Asserts that each request since `first` that writes is in Acme and about somebody whom the plan
/// names, and that no request selects people by a filter.
pub(super) fn assert_only_named_people_are_written(
    service: &Service,
    first: usize,
    named: &Named,
    context: &str,
) {
    for request in &service.sandbox.requests()[first..] {
        let operation = request.operation.clone().unwrap();
        let content = request.content.as_ref().unwrap();
        let body = String::from_utf8_lossy(&content.body);
        match operation.as_str() {
            "POST /connect/token" | "POST /api/companies/search" => continue,
            "PUT /api/target-users/{resourceId}" | "DELETE /api/target-users/{resourceId}" => {
                let id = request.path.rsplit('/').next().unwrap();
                assert!(named.ids.contains(id), "{context}: {operation} {id}");
            }
            "POST /api/target-users/upload" => {
                let emails = body.lines().filter_map(|line| line.split(',').next());
                for email in emails.filter(|cell| cell.contains('@')) {
                    let email = email.trim_matches('"').to_lowercase();
                    assert!(named.emails.contains(&email), "{context}: {email} uploaded");
                }
            }
            "PUT /api/target-groups/users" => {
                assert!(!body.contains("\"selectAll\":true"), "{context}: {body}");
                let body: serde_json::Value = serde_json::from_str(&body).unwrap();
                for id in body["targetUserResourceIds"].as_array().unwrap() {
                    let id = id.as_str().unwrap();
                    assert!(named.ids.contains(id), "{context}: {operation} {id}");
                }
            }
            "DELETE /api/target-users/bulk-delete" => panic!("{context}: {operation}"),
            _ => {}
        }
        assert_eq!(
            request.company.as_deref(),
            Some(ACME),
            "{context}: {operation}"
        );
    }
}
