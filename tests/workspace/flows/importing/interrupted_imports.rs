//! Imports whose service disconnects, makes no progress, or gives odd responses.

use std::error::Error as _;
use std::time::Duration;

use crate::flows::scripted::{
    Request, Response, ScriptedService, TRANSACTION, mapping_status, no_users, user_counts,
};
use crate::flows::service::ACME;
use crate::flows::temp_file;
use keepnet_flows::{Error, ErrorKind, ImportOutcome, ImportUsers, Receipt, Sheet};
use serde_json::{Value, json};

const IMPORT: &str = "POST /api/target-users/tRansact1on0/import";
const PREVIEW: &str = "POST /api/target-users/tRansact1on0/search";
const MAPPING: &str = "GET /api/target-users/mapping-job/mAppingJob";
const JOB: &str = "GET /api/jobs/jOb";

async fn run(
    script: impl Fn(&Request, usize) -> Option<Response> + Send + Sync + 'static,
) -> (ScriptedService, Result<Receipt, Error>) {
    let service = ScriptedService::start(script).await;
    let file = temp_file("people.csv", "Email\nnia@acme.example\n");
    let acme = service.reseller.company(ACME).await.unwrap();
    let outcome = match acme.import_users(Sheet::open(&file.path).unwrap()).await {
        Ok(preview) => preview.confirm().await,
        Err(error) => Err(error),
    };
    (service, outcome)
}

fn at(
    line: &'static str,
    response: impl Fn(usize) -> Response,
) -> impl Fn(&Request, usize) -> Option<Response> {
    move |request, earlier| (request.line == line).then(|| response(earlier))
}

#[tokio::test]
async fn import_sends_the_expected_bodies() {
    let (service, outcome) = run(|_, _| None).await;
    let receipt = outcome.unwrap();
    assert_eq!((receipt.imported, receipt.job.as_deref()), (1, Some("jOb")));
    assert_eq!(
        service.bodies("POST /api/target-users/create-mapping"),
        [json!({
            "transactionId": TRANSACTION, "targetGroupResourceIds": [],
            "fieldMappings": [{"excelColumnName": "Email", "fieldName": "Email"}],
        })]
    );
    assert_eq!(service.bodies(IMPORT), [json!({"importType": "ImportAll"})]);
    let preview = &service.bodies(PREVIEW)[0];
    assert_eq!(
        preview["filter"]["filterGroups"][0]["filterItems"],
        json!([{"fieldName": "Status", "operator": "Include", "value": "Error"}])
    );
}

#[tokio::test]
async fn header_is_sent_in_the_spelling_of_the_service() {
    let (service, outcome) = run(at("GET /api/target-users/upload/tRansact1on0", |_| {
        Response::Data(json!({"fileFieldNames": ["Other", " EMAIL "]}))
    }))
    .await;
    outcome.unwrap();
    let body = &service.bodies("POST /api/target-users/create-mapping")[0];
    assert_eq!(body["fieldMappings"][0]["excelColumnName"], " EMAIL ");
}

#[tokio::test]
async fn stalled_mapping_times_out() {
    let (service, outcome) = run(at(MAPPING, |_| {
        Response::Data(mapping_status("WaitingResponse", 0))
    }))
    .await;
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(error.transaction_id(), Some(TRANSACTION));
    assert_eq!(
        error.to_string(),
        "importing people.csv for Acme LLC (xC5kfGz7w2Nz): the mapping (at row 0 of 1) has made no \
         progress for 30 minutes (transaction tRansact1on0); nothing was imported; run it again"
    );
    let sleeps = service.clock.sleeps();
    assert!(sleeps[0] <= Duration::from_secs(1) && sleeps[0] >= Duration::from_millis(800));
    assert!(sleeps.iter().all(|it| *it <= Duration::from_secs(15)));
    let waited: Duration = sleeps.iter().sum();
    assert!(waited >= ImportUsers::STALL_TIMEOUT && waited < ImportUsers::STALL_TIMEOUT * 11 / 10);
}

#[tokio::test]
async fn progressing_mapping_never_times_out() {
    let (service, outcome) = run(at(MAPPING, |earlier| {
        Response::Data(match earlier {
            0..400 => json!({"Status": "Running", "TotalRowCount": 1000, "NewUserCount": earlier}),
            _ => mapping_status("finished", 1),
        })
    }))
    .await;
    outcome.unwrap();
    let waited: Duration = service.clock.sleeps().iter().sum();
    assert!(waited > ImportUsers::STALL_TIMEOUT);
}

#[tokio::test]
async fn failed_mapping_says_nothing_was_imported() {
    let check = async |status: &'static str, kind: ErrorKind| {
        let (_, outcome) = run(at(MAPPING, move |_| {
            Response::Data(mapping_status(status, 0))
        }))
        .await;
        let error = outcome.unwrap_err();
        assert_eq!(error.kind(), kind, "{status}");
        assert!(
            error.to_string().contains("nothing was imported"),
            "{error}"
        );
    };
    check("FinishedWithError", ErrorKind::JobFailed).await;
    check("Expired", ErrorKind::JobFailed).await;
}

#[tokio::test]
async fn failed_preview_with_status_200_is_an_error() {
    let check = async |response: Value, kind: ErrorKind| {
        let (service, outcome) = run(at(PREVIEW, move |_| {
            Response::Status(200, response.clone())
        }))
        .await;
        assert_eq!(outcome.unwrap_err().kind(), kind);
        assert_eq!(service.times(IMPORT), 0);
    };
    check(
        json!({"status": "FAILED", "message": "no"}),
        ErrorKind::Rejected,
    )
    .await;
    check(
        json!({"Status": "INPUT_ERROR", "Data": null}),
        ErrorKind::Rejected,
    )
    .await;
    check(json!({"hello": "world"}), ErrorKind::Protocol).await;
}

#[tokio::test]
async fn interrupted_request_continues_if_its_job_appears() {
    for response in [
        || Response::Disconnect,
        || Response::Status(502, json!("bad gateway")),
    ] {
        let (service, outcome) = run(at(IMPORT, move |_| response())).await;
        let receipt = outcome.unwrap();
        assert_eq!((receipt.imported, receipt.job.as_deref()), (1, Some("jOb")));
        assert_eq!(service.times(IMPORT), 1, "the request is never repeated");
    }
}

/// A list of jobs may have the own one in a form that cannot be read.
#[tokio::test]
async fn job_beside_an_unreadable_one_is_not_taken() {
    let (_, outcome) = run(|request, earlier| match request.line.as_str() {
        "GET /api/jobs" if earlier > 0 => {
            let job = json!({"resourceId": "jOb", "jobId": 1, "name": "Import"});
            Some(Response::Data(json!([job, {"name": "Import"}])))
        }
        _ => None,
    })
    .await;
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert!(error.to_string().contains("that has no id"), "{error}");
}

#[tokio::test]
async fn interrupted_request_without_job_is_unknown() {
    let (service, outcome) = run(|request, _| match request.line.as_str() {
        IMPORT => Some(Response::Disconnect),
        "GET /api/jobs" => Some(Response::Data(json!([]))),
        "GET /api/target-users/count-summary" => Some(Response::Data(user_counts(5))),
        "POST /api/target-users/search" => Some(no_users()),
        _ => None,
    })
    .await;
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    assert_eq!(
        error.to_string(),
        "importing people.csv for Acme LLC (xC5kfGz7w2Nz): the request was interrupted, no job and \
         no new person of it was found, and there are 5 users as before (transaction tRansact1on0); \
         it is not known whether people were imported: check the jobs and the users of the company \
         before you import again"
    );
    assert!(error.source().is_some());
    assert_eq!(service.times(IMPORT), 1);
}

#[tokio::test]
async fn interrupted_request_says_why_its_job_is_unknown() {
    let (_, outcome) = run(|request, earlier| match request.line.as_str() {
        IMPORT => Some(Response::Disconnect),
        "GET /api/jobs" if earlier == 0 => Some(Response::Data(json!([]))),
        "GET /api/jobs" => Some(Response::Status(403, json!({}))),
        "GET /api/target-users/count-summary" => Some(Response::Data(user_counts(5))),
        _ => None,
    })
    .await;
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    let problem = error.problem();
    let expected = "the request was interrupted, the search for its job failed: this is not allowed \
                    (HTTP 403); there are 5 users as before";
    assert_eq!(problem, expected);
}

#[tokio::test]
async fn refused_import_is_not_unknown() {
    let check = async |status: u16, kind: ErrorKind, times: usize| {
        let (service, outcome) =
            run(at(IMPORT, move |_| Response::Status(status, json!({})))).await;
        assert_eq!(outcome.unwrap_err().kind(), kind, "{status}");
        assert_eq!(service.times(IMPORT), times, "{status}");
    };
    check(400, ErrorKind::Invalid, 1).await;
    check(403, ErrorKind::Permission, 1).await;
    check(404, ErrorKind::NotFound, 1).await;
}

#[tokio::test]
async fn people_decide_without_a_job() {
    let no_jobs = |users_after: u64, is_there: bool| {
        move |request: &Request, earlier: usize| match request.line.as_str() {
            "GET /api/jobs" => Some(Response::Data(json!([]))),
            "GET /api/target-users/count-summary" => {
                let users = if earlier == 0 { 5 } else { users_after };
                Some(Response::Data(user_counts(users)))
            }
            "POST /api/target-users/search" if !is_there => Some(no_users()),
            _ => None,
        }
    };
    // The number of users includes what others do meanwhile.
    for users_after in [5, 6, 9] {
        let (_, outcome) = run(no_jobs(users_after, true)).await;
        let receipt = outcome.unwrap();
        assert_eq!((receipt.imported, receipt.job.as_deref()), (1, None));
        assert_eq!(receipt.outcome(), ImportOutcome::Complete);
        let (_, outcome) = run(no_jobs(users_after, false)).await;
        let error = outcome.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{users_after}");
    }
}

#[tokio::test]
async fn job_id_in_the_response_is_verified() {
    for id in ["sOmethingElse", TRANSACTION, "../../users"] {
        let response = move |_| Response::Data(json!({"resourceId": id}));
        let (_, outcome) = run(at(IMPORT, response)).await;
        assert_eq!(outcome.unwrap().job.as_deref(), Some("jOb"), "{id}");
    }
}

#[tokio::test]
async fn failed_job_is_an_error_failed_rows_are_data() {
    let (_, outcome) = run(at(JOB, |_| {
        Response::Data(
            json!({"status": 4, "errorMessage": "bad nia@acme.example", "isFinished": true}),
        )
    }))
    .await;
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::JobFailed);
    assert!(
        error
            .to_string()
            .contains("the import job jOb failed: bad [redacted]"),
        "{error}"
    );

    let (_, outcome) = run(|request, _| match request.line.as_str() {
        JOB => {
            let detail = json!([{"FieldName": "Email", "Message": "no such domain"}]).to_string();
            let input =
                json!({"Email": "Nia@acme.example", "Status": 2, "ValidationDetail": detail});
            let error = json!({"errorMessage": "failed", "inputData": input.to_string()});
            Some(Response::Data(json!({"status": 3, "processResults": [
                {"type": 1, "currentCount": 1, "targetCount": 1},
                {"type": 11, "existsError": true, "processErrors": [error]},
            ]})))
        }
        "GET /api/target-users/count-summary" => Some(Response::Data(user_counts(5))),
        _ => None,
    })
    .await;
    let receipt = outcome.unwrap();
    assert_eq!((receipt.imported, receipt.failed), (0, 1));
    assert_eq!(
        receipt.rejected[0].to_string(),
        "people.csv, row 2, column A \"Email\": no such domain"
    );
    assert!(receipt.is_reconciled(), "{receipt:?}");
    assert_eq!(
        receipt.to_string(),
        "people.csv for Acme LLC (xC5kfGz7w2Nz): 0 imported, 1 failed"
    );
}

#[tokio::test]
async fn stalled_job_times_out_and_goes_on() {
    let (service, outcome) = run(at(JOB, |_| {
        Response::Data(json!({"status": 2, "progress": 40}))
    }))
    .await;
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(
        error.to_string().contains("continues in the service"),
        "{error}"
    );
    assert_eq!(service.times(IMPORT), 1);
}

#[tokio::test]
async fn upload_without_transaction_ends_the_import() {
    let check = async |response: Value, kind: ErrorKind| {
        let line = "POST /api/target-users/upload";
        let (_, outcome) = run(at(line, move |_| Response::Data(response.clone()))).await;
        assert_eq!(outcome.unwrap_err().kind(), kind);
    };
    check(json!({"rowCount": 1}), ErrorKind::Protocol).await;
    check(
        json!({"transactionId": "../x", "rowCount": 1}),
        ErrorKind::Protocol,
    )
    .await;
    check(
        json!({"transactionId": TRANSACTION, "rowCount": 0}),
        ErrorKind::Rejected,
    )
    .await;
}
