//! How often an operation is sent to a service that is unavailable: as often as its reviewed retry class allows.

use keepnet_client::OPERATIONS;
use serde_json::json;

use crate::flows::scripted::{Response, ScriptedService};

#[tokio::test]
async fn only_reviewed_reads_and_ids_are_sent_again() {
    let service = ScriptedService::start(|request, _| {
        let is_token = request.line.ends_with("/connect/token");
        (!is_token).then(|| Response::Status(503, json!({})))
    })
    .await;
    let client = service.reseller.raw().reseller_wide();
    for (line, times) in [
        ("POST /api/audit", 1),
        ("POST /api/notify/url", 1),
        ("POST /api/notify/attachment-hash", 1),
        ("POST /api/notify/result", 1),
        ("POST /api/agent-auth/token", 1),
        ("POST /api/gamificationreport/calculate-badges", 1),
        ("POST /api/mail-configurations/o365/check-delete-email", 1),
        ("GET /api/account/logout", 1),
        ("GET /api/jobs", 4),
        ("GET /api/callback-simulator/campaign/form-details", 4),
        ("POST /api/target-users/search", 4),
        ("POST /api/target-users/search/export", 4),
        ("DELETE /api/target-groups/{resourceId}", 4),
    ] {
        let (method, path) = line.split_once(' ').unwrap();
        let operation = OPERATIONS
            .iter()
            .find(|operation| (operation.method, operation.path) == (method, path))
            .unwrap();
        let path = path.replace("{resourceId}", "gR0up4id0000");
        let body = (method == "POST").then(|| "{}".to_owned());
        let response = client.call(operation, &path, body).await.unwrap();
        assert_eq!(response.info().status(), 503, "{line}");
        assert_eq!(service.times(&format!("{method} {path}")), times, "{line}");
    }
}
