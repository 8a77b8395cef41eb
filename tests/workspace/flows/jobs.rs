//! The background jobs of a company, against both dialects of the sandbox.

use super::fixture;
use super::scripted::{Response, ScriptedService};
use super::service::{ACME, DIALECTS, GLOBEX, Service};
use keepnet_flows::{ErrorKind, JobStatus, Sheet};
use serde_json::json;

#[tokio::test]
async fn job_is_listed_and_shown_in_its_company() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let acme = service.company(ACME).await;
        assert_eq!(acme.jobs().await.unwrap(), [], "{dialect}");
        let sheet = Sheet::open(fixture("acme-users.csv")).unwrap();
        let preview = acme.import_users(sheet).await.unwrap();
        let receipt = preview.confirm().await.unwrap();
        let jobs = acme.jobs().await.unwrap();
        assert_eq!(jobs.len(), 1, "{dialect}");
        assert_eq!(Some(&jobs[0].id), receipt.job.as_ref(), "{dialect}");
        let detail = acme.job(&jobs[0].id).await.unwrap();
        assert_eq!(detail.job, jobs[0], "{dialect}");
        assert_eq!(
            (detail.job.status, detail.job.progress),
            (JobStatus::Completed, 100)
        );
        let users = &detail.processes[0];
        assert_eq!((users.done, users.total, users.finished), (25, 25, true));
        assert_eq!(detail.row_problems, [], "{dialect}");
        let globex = service.company(GLOBEX).await;
        assert_eq!(globex.jobs().await.unwrap(), [], "{dialect}");
        for id in [jobs[0].id.as_str(), "no/id"] {
            let error = globex.job(id).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::NotFound, "{dialect}: {error}");
        }
    }
}

#[tokio::test]
async fn failed_rows_of_a_job_show_no_person() {
    let service = ScriptedService::start(|request, _| {
        (request.line == "GET /api/jobs/jOb").then(|| {
            let detail = json!([{"FieldName": "Email", "Message": "x@acme.example is taken"}]);
            let input = json!({"Email": "x@acme.example", "ValidationDetail": detail.to_string()});
            let errors = json!([
                {"errorMessage": "no", "inputData": input.to_string()},
                {"errorMessage": "y@acme.example failed", "inputData": null},
            ]);
            Response::Data(json!({
                "resourceId": "jOb", "status": 9, "progress": 140,
                "processResults": [{"type": 11, "processErrors": errors}],
            }))
        })
    })
    .await;
    let acme = service.reseller.company("Acme LLC").await.unwrap();
    let detail = acme.job("jOb").await.unwrap();
    assert_eq!(
        (detail.job.status, detail.job.progress),
        (JobStatus::Unknown, 100)
    );
    let failures: Vec<_> = detail
        .row_problems
        .iter()
        .map(|it| (it.number, it.field.as_deref(), it.message.as_str()))
        .collect();
    assert_eq!(
        failures,
        [
            (1, Some("Email"), "[redacted] is taken"),
            (2, None, "[redacted] failed"),
        ]
    );
    assert!(!format!("{detail:?}").contains("acme.example"));
}
