//! Imports that a service breaks off, lets stand still, or answers oddly.

use std::error::Error as _;
use std::time::Duration;

use super::made;
use super::scripted::{Asked, Reply, Scripted, TRANSACTION, mapping, users};
use super::service::ACME;
use keepnet_flows::{Error, ErrorKind, ImportUsers, Receipt, Sheet};
use serde_json::{Value, json};

const IMPORT: &str = "POST /api/target-users/tRansact1on0/import";
const PREVIEW: &str = "POST /api/target-users/tRansact1on0/search";
const MAPPING: &str = "GET /api/target-users/mapping-job/mAppingJob";
const JOB: &str = "GET /api/jobs/jOb";

async fn run(
    script: impl Fn(&Asked, usize) -> Option<Reply> + Send + Sync + 'static,
) -> (Scripted, Result<Receipt, Error>) {
    let service = Scripted::start(script).await;
    let file = made("people.csv", "Email\nnia@acme.example\n");
    let acme = service.reseller.company(ACME).await.unwrap();
    let outcome = match acme.import_users(Sheet::open(&file.path).unwrap()).await {
        Ok(preview) => preview.confirm().await,
        Err(error) => Err(error),
    };
    (service, outcome)
}

fn at(
    line: &'static str,
    reply: impl Fn(usize) -> Reply,
) -> impl Fn(&Asked, usize) -> Option<Reply> {
    move |asked, earlier| (asked.line == line).then(|| reply(earlier))
}

#[tokio::test]
async fn an_import_sends_what_the_service_wants() {
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
    assert_eq!(service.bodies(IMPORT), [json!({"importType": "All"})]);
    let preview = &service.bodies(PREVIEW)[0];
    assert_eq!(
        preview["filter"]["filterGroups"][0]["filterItems"],
        json!([{"fieldName": "Status", "operator": "Include", "value": "Error"}])
    );
}

#[tokio::test]
async fn the_header_is_sent_as_the_service_spells_it() {
    let (service, outcome) = run(at("GET /api/target-users/upload/tRansact1on0", |_| {
        Reply::Data(json!({"fileFieldNames": ["Other", " EMAIL "]}))
    }))
    .await;
    outcome.unwrap();
    let body = &service.bodies("POST /api/target-users/create-mapping")[0];
    assert_eq!(body["fieldMappings"][0]["excelColumnName"], " EMAIL ");
}

#[tokio::test]
async fn a_mapping_that_stands_still_is_given_up_after_the_patience() {
    let (service, outcome) = run(at(MAPPING, |_| Reply::Data(mapping("WaitingResponse", 0)))).await;
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(error.transaction_id(), Some(TRANSACTION));
    assert_eq!(
        error.to_string(),
        "importing people.csv for Acme LLC (xC5kfGz7w2Nz): the mapping has stood still at 0 of 1 \
         rows for 30 minutes (transaction tRansact1on0); nothing was imported; run it again"
    );
    let sleeps = service.clock.sleeps();
    assert!(sleeps[0] <= Duration::from_secs(1) && sleeps[0] >= Duration::from_millis(800));
    assert!(sleeps.iter().all(|it| *it <= Duration::from_secs(15)));
    let waited: Duration = sleeps.iter().sum();
    assert!(waited >= ImportUsers::PATIENCE && waited < ImportUsers::PATIENCE * 11 / 10);
}

#[tokio::test]
async fn a_mapping_that_moves_is_waited_for_however_long_it_takes() {
    let (service, outcome) = run(at(MAPPING, |earlier| {
        Reply::Data(match earlier {
            0..400 => json!({"Status": "Running", "TotalRowCount": 1000, "NewUserCount": earlier}),
            _ => mapping("finished", 1),
        })
    }))
    .await;
    outcome.unwrap();
    let waited: Duration = service.clock.sleeps().iter().sum();
    assert!(waited > ImportUsers::PATIENCE);
}

#[tokio::test]
async fn a_mapping_that_fails_says_that_nothing_was_imported() {
    let check = async |status: &'static str, kind: ErrorKind| {
        let (_, outcome) = run(at(MAPPING, move |_| Reply::Data(mapping(status, 0)))).await;
        let error = outcome.unwrap_err();
        assert_eq!(error.kind(), kind, "{status}");
        assert!(
            error.to_string().contains("nothing was imported"),
            "{error}"
        );
    };
    check("FinishedWithError", ErrorKind::JobFailed).await;
    check("Expired", ErrorKind::NotFound).await;
}

#[tokio::test]
async fn a_preview_that_says_failed_with_200_is_an_error() {
    let check = async |answer: Value, kind: ErrorKind| {
        let (service, outcome) =
            run(at(PREVIEW, move |_| Reply::Status(200, answer.clone()))).await;
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
async fn an_import_that_broke_off_is_carried_on_if_its_job_shows_up() {
    for reply in [
        || Reply::BreakOff,
        || Reply::Status(502, json!("bad gateway")),
    ] {
        let (service, outcome) = run(at(IMPORT, move |_| reply())).await;
        let receipt = outcome.unwrap();
        assert_eq!((receipt.imported, receipt.job.as_deref()), (1, Some("jOb")));
        assert_eq!(service.times(IMPORT), 1, "never asked for twice");
    }
}

#[tokio::test]
async fn an_import_that_broke_off_without_a_trace_is_left_open() {
    let (service, outcome) = run(|asked, _| match asked.line.as_str() {
        IMPORT => Some(Reply::BreakOff),
        "GET /api/jobs" => Some(Reply::Data(json!([]))),
        "GET /api/target-users/count-summary" => Some(Reply::Data(users(5))),
        _ => None,
    })
    .await;
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    assert_eq!(
        error.to_string(),
        "importing people.csv for Acme LLC (xC5kfGz7w2Nz): the request broke off, no job of it \
         shows up, and there are 5 users as before (transaction tRansact1on0); it is not known \
         whether people were imported: look at the jobs and the users of the company before you \
         import again"
    );
    assert!(error.source().is_some());
    assert_eq!(service.times(IMPORT), 1);
}

#[tokio::test]
async fn an_import_that_is_refused_is_not_in_doubt() {
    let check = async |status: u16, kind: ErrorKind, times: usize| {
        let (service, outcome) = run(at(IMPORT, move |_| Reply::Status(status, json!({})))).await;
        assert_eq!(outcome.unwrap_err().kind(), kind, "{status}");
        assert_eq!(service.times(IMPORT), times, "{status}");
    };
    check(400, ErrorKind::Invalid, 2).await;
    check(403, ErrorKind::Permission, 1).await;
    check(404, ErrorKind::NotFound, 1).await;
}

#[tokio::test]
async fn without_a_job_the_users_tell() {
    let no_jobs = |counts: [u64; 2]| {
        move |asked: &Asked, earlier: usize| match asked.line.as_str() {
            "GET /api/jobs" => Some(Reply::Data(json!([]))),
            "GET /api/target-users/count-summary" => Some(Reply::Data(users(counts[earlier]))),
            _ => None,
        }
    };
    let (_, outcome) = run(no_jobs([5, 6])).await;
    let receipt = outcome.unwrap();
    assert_eq!((receipt.imported, receipt.job.as_deref()), (1, None));
    let (_, outcome) = run(no_jobs([5, 5])).await;
    assert_eq!(outcome.unwrap_err().kind(), ErrorKind::OutcomeUnknown);
}

#[tokio::test]
async fn an_id_in_the_answer_that_is_no_job_is_not_trusted() {
    for answer in ["sOmethingElse", TRANSACTION, "../../users"] {
        let reply = move |_| Reply::Data(json!({"resourceId": answer}));
        let (_, outcome) = run(at(IMPORT, reply)).await;
        assert_eq!(outcome.unwrap().job.as_deref(), Some("jOb"), "{answer}");
    }
}

#[tokio::test]
async fn a_failed_job_is_an_error_and_failed_rows_are_data() {
    let (_, outcome) = run(at(JOB, |_| {
        Reply::Data(
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

    let (_, outcome) = run(|asked, _| match asked.line.as_str() {
        JOB => {
            let detail = json!([{"FieldName": "Email", "Message": "no such domain"}]).to_string();
            let input =
                json!({"Email": "Nia@acme.example", "Status": 2, "ValidationDetail": detail});
            let error = json!({"errorMessage": "failed", "inputData": input.to_string()});
            Some(Reply::Data(json!({"status": 3, "processResults": [
                {"type": 1, "currentCount": 1, "targetCount": 1},
                {"type": 11, "existsError": true, "processErrors": [error]},
            ]})))
        }
        "GET /api/target-users/count-summary" => Some(Reply::Data(users(5))),
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
async fn a_job_that_stands_still_is_left_to_itself() {
    let (service, outcome) = run(at(JOB, |_| {
        Reply::Data(json!({"status": 2, "progress": 40}))
    }))
    .await;
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.to_string().contains("goes on by itself"), "{error}");
    assert_eq!(service.times(IMPORT), 1);
}

#[tokio::test]
async fn an_upload_without_a_usable_transaction_ends_the_import() {
    let check = async |answer: Value, kind: ErrorKind| {
        let line = "POST /api/target-users/upload";
        let (_, outcome) = run(at(line, move |_| Reply::Data(answer.clone()))).await;
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
