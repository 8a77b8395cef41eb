//! Exports and templates, against both dialects of the sandbox.

use crate::flows::scripted::{Response, ScriptedService};
use crate::flows::service::{ACME, DIALECTS, Service};
use crate::flows::temp_file;
use keepnet_flows::{
    ErrorKind, Field, FileFormat, Mapper, NewUser, Sheet, TryStreamExt as _, Users,
};
use keepnet_sandbox::Sandbox;
use serde_json::json;

#[tokio::test]
async fn export_contains_all_pages() {
    for dialect in DIALECTS {
        let builder = Sandbox::builder().dialect(dialect).users("Acme LLC", 2500);
        let service = Service::build(builder).await;
        let acme = service.company(ACME).await;
        let folder = tempfile::tempdir().unwrap();
        let check = async |users: Users, rows: u64| {
            for format in [FileFormat::Csv, FileFormat::Excel] {
                let export = users.clone().export(format);
                let path = folder.path().join(export.file_name());
                let saved = export.save(&path).await.unwrap();
                assert_eq!(saved.bytes, path.metadata().unwrap().len());
                let totals = (saved.users, saved.total);
                assert_eq!(totals, (Some(rows), Some(rows)), "{dialect} {format}");
                let sheet = Sheet::open(&path).unwrap();
                let checked = sheet.validate(&Mapper::new().map(&sheet).unwrap()).unwrap();
                assert_eq!(checked.counts().total, rows, "{dialect} {format}");
            }
        };
        check(acme.users(), 2505).await;
        check(acme.users().active().search("ada@"), 1).await;
        check(acme.users().deleted(), 1).await;
        check(acme.users().any_status(), 2506).await;
        check(acme.users().inactive().search("ivy"), 1).await;
        let files = std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(files, 2, "{dialect}: each file replaced the one before");
    }
}

#[tokio::test]
async fn export_streams_all_users_or_an_error() {
    for (dialect, compressed) in [
        (DIALECTS[0], false),
        (DIALECTS[1], false),
        (DIALECTS[1], true),
    ] {
        let mut builder = Sandbox::builder().dialect(dialect).users("Acme LLC", 500);
        if compressed {
            builder = builder.compress_responses();
        }
        let service = Service::build(builder).await;
        let acme = service.company(ACME).await;
        for format in [FileFormat::Csv, FileFormat::Excel] {
            let export = || acme.users().export(format);
            let chunks: Vec<_> = export().stream().try_collect().await.unwrap();
            let file = temp_file(&format!("users.{}", format.extension()), chunks.concat());
            let sheet = Sheet::open(&file.path).unwrap();
            let checked = sheet.validate(&Mapper::new().map(&sheet).unwrap()).unwrap();
            assert_eq!(checked.counts().total, 505, "{dialect} {format}");
            // A cut file looks complete by its length.
            let fault = "truncate,on=POST /api/target-users/search/export,count=1";
            service.sandbox.add_fault(fault.parse().unwrap());
            let mut stream = export().stream();
            let error = loop {
                match stream.try_next().await {
                    Ok(chunk) => assert!(chunk.is_some(), "{dialect} {format}: it ends early"),
                    Err(error) => break error,
                }
            };
            let expected = match compressed {
                true => ErrorKind::Unavailable,
                false => ErrorKind::Protocol,
            };
            assert_eq!(error.kind(), expected, "{dialect} {format}");
            assert!(
                error
                    .to_string()
                    .starts_with("exporting the users for Acme"),
                "{error}"
            );
            assert!(stream.try_next().await.unwrap().is_none());
        }
    }
}

#[tokio::test]
async fn users_of_an_export_are_compared_with_the_total() {
    struct Case {
        /// The totals that the service states before and after; `None` for none.
        totals: [Option<u64>; 2],
        users: usize,
        expected: Result<Option<u64>, &'static str>,
    }
    let check = async |case: Case| {
        for format in [FileFormat::Csv, FileFormat::Excel] {
            let service = Service::start(DIALECTS[0]).await;
            let acme = service.company(ACME).await;
            let people =
                (0..case.users).map(|it| NewUser::new(format!("export-{it}@acme.example")));
            let people: Vec<_> = people.collect();
            acme.add_users(people).await.unwrap();
            let part = acme.users().search("export-").export(format);
            let chunks: Vec<_> = part.stream().try_collect().await.unwrap();
            let (file, totals) = (chunks.concat(), case.totals);
            let service = ScriptedService::start(move |request, earlier| {
                let total = totals[earlier.min(1)].map_or(json!(null), |total| json!(total));
                match request.line.as_str() {
                    "POST /api/target-users/search/export" => Some(Response::File(file.clone())),
                    "POST /api/target-users/search" => Some(Response::Data(
                        json!({"results": [], "totalNumberOfRecords": total}),
                    )),
                    _ => None,
                }
            })
            .await;
            let acme = service.reseller.company("Acme LLC").await.unwrap();
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("users");
            let saved = acme.users().export(format).save(&path).await;
            let streamed: Result<Vec<_>, _> =
                acme.users().export(format).stream().try_collect().await;
            match case.expected {
                Ok(total) => {
                    let saved = saved.unwrap();
                    let found = (saved.users, saved.total);
                    assert_eq!(
                        found,
                        (Some(case.users as u64), total),
                        "{totals:?} {format}"
                    );
                }
                Err(expected) => {
                    let error = saved.unwrap_err();
                    assert_eq!(error.kind(), ErrorKind::Protocol, "{totals:?} {format}");
                    assert!(error.problem().contains(expected), "{error}");
                    assert!(streamed.is_err(), "{totals:?} {format}");
                    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
                }
            }
        }
    };
    let case = |before: Option<u64>, after: Option<u64>, users: usize, expected| Case {
        totals: [before, after],
        users,
        expected,
    };
    check(case(Some(3), Some(3), 3, Ok(Some(3)))).await;
    check(case(Some(5), Some(5), 3, Err("the file has 3 of 5 users"))).await;
    check(case(Some(2), Some(2), 3, Err("the file has 3 of 2 users"))).await;
    check(case(Some(3), Some(4), 3, Ok(None))).await;
    check(case(None, None, 3, Ok(None))).await;
    check(case(Some(3), None, 3, Ok(None))).await;
    check(case(Some(0), Some(0), 0, Ok(Some(0)))).await;
}

#[tokio::test]
async fn template_names_the_fields_of_a_staff_list() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let acme = service.company(ACME).await;
        let folder = tempfile::tempdir().unwrap();
        for format in [FileFormat::Csv, FileFormat::Excel] {
            let template = acme.template(format);
            let path = folder.path().join(template.file_name());
            template.save(&path).await.unwrap();
            let sheet = Sheet::open(&path).unwrap();
            let mapping = Mapper::new().map(&sheet).unwrap();
            assert!(mapping.unmapped().is_empty(), "{dialect} {mapping:?}");
            assert!(mapping.column_of(&Field::PreferredLanguage).is_some());
        }
    }
}

#[tokio::test]
async fn failed_export_keeps_the_existing_file() {
    let check = async |status: u16, body: serde_json::Value, kind: ErrorKind, message: &str| {
        let shown = body.to_string();
        let service = ScriptedService::start(move |request, _| {
            let is_export = request.line == "POST /api/target-users/search/export";
            is_export.then(|| Response::Status(status, body.clone()))
        })
        .await;
        let acme = service.reseller.company("Acme LLC").await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("people.xlsx");
        std::fs::write(&path, "the old content").unwrap();
        let export = || acme.users().export(FileFormat::Excel);
        let error = export().save(&path).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{shown}: {error}");
        let line = error.to_string();
        assert!(
            line.starts_with("exporting the users for Acme LLC"),
            "{line}"
        );
        assert!(line.contains(message), "{line}");
        let mut written = Vec::new();
        export().write_to(&mut written).await.unwrap_err();
        assert_eq!(written, b"");
        let content = std::fs::read_to_string(&path).unwrap();
        assert_eq!(content, "the old content");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    };
    let failed = json!({"status": "FAILED", "message": "no such column"});
    check(200, failed, ErrorKind::Rejected, "no such column").await;
    let input = json!({"status": "INPUT_ERROR", "message": "exportType"});
    check(400, input, ErrorKind::Invalid, "exportType").await;
    check(
        200,
        json!("Email,Name"),
        ErrorKind::Protocol,
        "something else",
    )
    .await;
}
