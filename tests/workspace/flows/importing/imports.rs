//! Importing staff lists into a company, against both dialects of the sandbox.

use crate::flows::service::{ACME, DIALECTS, GLOBEX, Service};
use crate::flows::{fixture, open_fixture, temp_file};
use keepnet_flows::{
    ErrorKind, Field, ImportCounts, ImportReport, Preview, Receipt, Sheet, Stage, TryStreamExt,
};
use keepnet_sandbox::{Dialect, Rules, Sandbox};

/// The counts that are not 0, such as `total 3, new 2, rejected 1`.
fn shown(counts: ImportCounts) -> String {
    crate::flows::nonzero(&[
        ("total", counts.total),
        ("new", counts.new),
        ("existing", counts.existing),
        ("rejected", counts.rejected()),
    ])
}

async fn preview(service: &Service, company: &str, file: &str) -> Preview {
    let company = service.company(company).await;
    let import = company.import_users(open_fixture(file));
    let import = match file.starts_with("globex") {
        true => import.domains(["globex.example"]),
        false => import,
    };
    import.await.unwrap()
}

#[tokio::test]
async fn fixtures_are_imported_once_into_one_company() {
    async fn check(dialect: Dialect, file: &str, imported: u64, rejected: u64) {
        let total = imported + rejected;
        let rows = |kind: &str| {
            let rows = format!("total {total}, {kind} {imported}");
            match rejected {
                0 => rows,
                rejected => format!("{rows}, rejected {rejected}"),
            }
        };
        let service = Service::start(dialect).await;
        let first = preview(&service, "Acme LLC", file).await;
        assert_eq!(shown(first.counts()), rows("new"), "{file} {dialect}");
        assert_eq!(
            service.created_in(ACME),
            0,
            "{file} {dialect}: a preview writes nothing"
        );
        let receipt = first.confirm().await.unwrap();
        assert_eq!(
            (receipt.imported, receipt.failed),
            (imported, 0),
            "{file} {dialect}"
        );
        assert!(receipt.is_reconciled(), "{file} {dialect}: {receipt}");
        assert!(receipt.job.is_some());
        assert_eq!(service.created_in(ACME), imported, "{file} {dialect}");
        assert_eq!(service.created_in(GLOBEX), 0, "{file} {dialect}");

        let again = preview(&service, ACME, file).await;
        assert_eq!(shown(again.counts()), rows("existing"), "{file} {dialect}");
        let receipt = again.confirm().await.unwrap();
        assert_eq!(receipt.imported, imported, "{file} {dialect}");
        assert!(receipt.is_reconciled(), "{file} {dialect}: {receipt}");
        assert_eq!(
            service.created_in(ACME),
            imported,
            "{file} {dialect}: no user is created twice"
        );
        assert_eq!(
            service.counter("resellerCallsWithoutCompany"),
            0,
            "{file} {dialect}"
        );
    }
    for dialect in DIALECTS {
        for file in [
            "acme-users.xlsx",
            "acme-users.xls",
            "acme-users.csv",
            "acme-users-semicolon-bom.csv",
        ] {
            check(dialect, file, 25, 0).await;
        }
        check(dialect, "globex-5k.xlsx", 5000, 0).await;
        check(dialect, "turkish-headers-cp1254.csv", 12, 0).await;
        check(dialect, "users-on-second-sheet.xlsx", 8, 0).await;
        check(dialect, "duplicates-and-invalid.xlsx", 7, 5).await;
    }
}

#[tokio::test]
async fn rejected_rows_have_spreadsheet_numbers() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let preview = preview(&service, ACME, "duplicates-and-invalid.xlsx").await;
        let rows: Vec<_> = preview.rejected().iter().map(|it| it.row).collect();
        assert_eq!(rows, [8, 9, 10, 11, 12, 12].map(Some), "{dialect}");
        assert_eq!(
            preview.rejected()[2].to_string(),
            "duplicates-and-invalid.xlsx, row 10, column C \"E-mail\": not an e-mail address"
        );
        let receipt = preview.confirm().await.unwrap();
        assert_eq!(
            receipt.to_string(),
            "duplicates-and-invalid.xlsx for Acme LLC (xC5kfGz7w2Nz): 7 imported, 5 rejected \
             (4 invalid, 1 duplicate)"
        );
        assert!(!receipt.is_complete());
        assert_eq!(receipt.rejected.len(), 6);
    }
}

#[tokio::test]
async fn service_and_local_rejections_are_merged() {
    let content = "Email,First Name,Last Name\n\
        one@acme.example,One,Person\n\
        broken,Two,Person\n\
        THREE@acme.example,,\n\
        four@acme.example,Four,Person\n";
    for dialect in DIALECTS {
        let mut rules = Rules::default();
        rules.require_names_in_file = true;
        let service = Service::build(Sandbox::builder().dialect(dialect).rules(rules)).await;
        let file = temp_file("people.csv", content);
        let acme = service.company(ACME).await;
        let preview = acme
            .import_users(Sheet::open(&file.path).unwrap())
            .await
            .unwrap();
        assert_eq!(
            shown(preview.counts()),
            "total 4, new 2, rejected 2",
            "{dialect}"
        );
        let rows: Vec<_> = preview
            .rejected()
            .iter()
            .map(|it| {
                (
                    it.row.unwrap(),
                    it.letter.clone().unwrap(),
                    it.field.clone().unwrap(),
                )
            })
            .collect();
        assert_eq!(
            rows,
            [
                (3, "A".to_owned(), Field::Email),
                (4, "B".to_owned(), Field::FirstName),
                (4, "C".to_owned(), Field::LastName),
            ],
            "{dialect}"
        );
        let receipt = preview.confirm().await.unwrap();
        assert_eq!((receipt.imported, receipt.failed), (2, 0), "{dialect}");
        assert_eq!(service.created_in(ACME), 2, "{dialect}");
    }
}

#[tokio::test]
async fn people_join_groups_given_by_name_or_id() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let acme = service.company(ACME).await;
        let groups = service.state_of(ACME)["groups"].clone();
        let managers = groups[1]["id"].as_str().unwrap();
        let sheet = || Sheet::open(fixture("users-on-second-sheet.xlsx")).unwrap();
        let error = acme
            .import_users(sheet())
            .group("New starters")
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert!(
            error
                .to_string()
                .contains("there is no group \"New starters\""),
            "{error}"
        );
        assert_eq!(
            service.counter("uploads"),
            0,
            "{dialect}: the error comes before the upload"
        );

        let import = acme
            .import_users(sheet())
            .group("all staff")
            .group(managers)
            .group("New starters")
            .create_groups();
        import.await.unwrap().confirm().await.unwrap();
        let groups = service.state_of(ACME)["groups"].clone();
        let members: Vec<_> = groups
            .as_array()
            .unwrap()
            .iter()
            .map(|group| {
                (
                    group["name"].as_str().unwrap(),
                    group["members"].as_u64().unwrap(),
                )
            })
            .collect();
        assert_eq!(
            members,
            [("All Staff", 8), ("Managers", 8), ("New starters", 8)],
            "{dialect}"
        );
    }
}

#[tokio::test]
async fn progress_is_reported_in_stage_order() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let globex = service.company(GLOBEX).await;
        let mut import = globex
            .import_users(Sheet::open(fixture("globex-5k.xlsx")).unwrap())
            .start();
        assert_eq!(import.transaction_id(), None);
        let mut stages = Vec::new();
        let mut lines = Vec::new();
        while let Some(progress) = import.try_next().await.unwrap() {
            stages.push(progress.stage);
            lines.push(progress.to_string());
        }
        assert!(
            stages.is_sorted() && lines.contains(&"uploading 0/5000".to_owned()),
            "{lines:?}"
        );
        assert!(lines.contains(&"mapping 5000/5000".to_owned()), "{lines:?}");
        let mapped = stages
            .iter()
            .filter(|stage| **stage == Stage::Mapping)
            .count();
        assert_eq!(
            mapped - 1,
            service.clock.sleeps().len(),
            "the first poll does not wait"
        );
        let transaction = import.transaction_id().unwrap().to_owned();
        let preview = import.await.unwrap();
        assert_eq!(preview.transaction_id(), transaction);

        let mut confirm = preview.confirm();
        let mut stages = Vec::new();
        while let Some(progress) = confirm.try_next().await.unwrap() {
            stages.push(progress.stage);
        }
        assert!(stages.is_sorted(), "{stages:?}");
        assert_eq!(stages.first(), Some(&Stage::Starting));
        assert_eq!(stages.last(), Some(&Stage::Verifying));
        assert_eq!(confirm.await.unwrap().imported, 5000);
    }
}

#[tokio::test]
async fn dropping_stops_watching_but_not_the_job() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let acme = service.company(ACME).await;
        let sheet = || Sheet::open(fixture("acme-users.xlsx")).unwrap();
        drop(acme.import_users(sheet()).await.unwrap().confirm());
        assert_eq!(
            service.counter("imports"),
            0,
            "{dialect}: a confirmation that is not polled sends nothing"
        );

        let mut confirm = acme.import_users(sheet()).await.unwrap().confirm();
        while let Some(progress) = confirm.try_next().await.unwrap() {
            if progress.stage == Stage::Importing {
                break;
            }
        }
        drop(confirm);
        let requests = service.sandbox.requests().len();
        while service.created_in(ACME) < 25 {
            tokio::task::yield_now().await;
        }
        assert_eq!(
            service.sandbox.requests().len(),
            requests,
            "{dialect}: nothing polls the job any more"
        );
    }
}

#[tokio::test]
async fn job_is_found_if_the_response_omits_its_id() {
    for dialect in DIALECTS {
        for names_its_job in [false, true] {
            let mut rules = Rules::default();
            rules.import_returns_job_id = names_its_job;
            let service = Service::build(Sandbox::builder().dialect(dialect).rules(rules)).await;
            let preview = preview(&service, ACME, "acme-users.csv").await;
            let receipt = preview.confirm().await.unwrap();
            let state = service.sandbox.state();
            assert_eq!(
                receipt.job.as_deref(),
                state["jobs"][0]["id"].as_str(),
                "{dialect}"
            );
        }
    }
}

#[tokio::test]
async fn report_has_the_documented_json_shape() {
    let service = Service::start(Dialect::Observed).await;
    let preview = preview(&service, ACME, "duplicates-and-invalid.xlsx").await;
    let before = preview.report();
    assert_eq!((before.imported, &before.job), (Some(0), &None));
    let receipt: Receipt = preview.confirm().await.unwrap();
    let report = receipt.report();
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(
        json["company"],
        serde_json::json!({"id": ACME, "name": "Acme LLC"})
    );
    assert_eq!(json["file"], "duplicates-and-invalid.xlsx");
    assert_eq!(
        json["rows"],
        serde_json::json!({"total": 12, "new": 7, "existing": 0, "invalid": 4, "duplicate": 1})
    );
    assert_eq!((&json["imported"], &json["failed"]), (&7.into(), &0.into()));
    assert_eq!(json["job"].as_str(), receipt.job.as_deref());
    assert_eq!(
        json["rejected"][0],
        serde_json::json!({
            "row": 8, "column": "E-mail", "letter": "C", "field": "Email",
            "message": "the same e-mail address as row 3",
        })
    );
    let read: ImportReport = serde_json::from_value(json).unwrap();
    assert_eq!(read.rows, report.rows);
    let schema = serde_json::to_value(schemars::schema_for!(ImportReport)).unwrap();
    let properties = schema["properties"].as_object().unwrap();
    let keys: Vec<_> = properties.keys().map(String::as_str).collect();
    for key in [
        "company",
        "file",
        "transaction_id",
        "rows",
        "imported",
        "failed",
        "job",
        "rejected",
    ] {
        assert!(keys.contains(&key), "{key}");
    }
}

#[tokio::test]
async fn display_and_debug_show_no_person() {
    let service = Service::start(Dialect::Observed).await;
    let acme = service.company(ACME).await;
    let settings = acme
        .import_users(Sheet::open(fixture("duplicates-and-invalid.xlsx")).unwrap())
        .select("after-blank@acme.example");
    let mut shown = format!("{settings:?}");
    let preview = settings.await.unwrap();
    shown += &format!("{preview:?} {preview} {:?}", preview.report());
    let receipt = preview.confirm().await.unwrap();
    shown += &format!("{receipt:?} {receipt}");
    assert!(!shown.contains("acme.example"), "{shown}");
}

#[tokio::test]
async fn explicit_column_fills_its_field() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let acme = service.company(ACME).await;
        let file = temp_file(
            "odd.csv",
            "Kontakt;Kürzel;First Name\nnia@acme.example;Ops;Nia\n",
        );
        let import = acme
            .import_users(Sheet::open(&file.path).unwrap())
            .column("Kontakt", Field::Email)
            .column("B", Field::Custom("Office".to_owned()))
            .ignore("First Name");
        let preview = import.await.unwrap();
        assert_eq!(preview.mapping().unmapped(), ["First Name"]);
        preview.confirm().await.unwrap();
        let found = acme.users().search("nia@").stream();
        let users: Vec<keepnet_flows::User> = found.try_collect().await.unwrap();
        assert_eq!(
            users[0].first_name.as_deref().unwrap_or_default(),
            "",
            "{dialect}"
        );
        let office = users[0].custom_fields.iter().find(|it| it.name == "Office");
        assert_eq!(office.unwrap().value.as_deref(), Some("Ops"), "{dialect}");
    }
}

#[tokio::test]
async fn unusable_list_is_refused_before_sending() {
    let service = Service::start(Dialect::Observed).await;
    let acme = service.company(ACME).await;
    let check = async |content: &str, expected: &str| {
        let file = temp_file("people.csv", content);
        let sheet = Sheet::open(&file.path).unwrap();
        let error = acme.import_users(sheet).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Sheet);
        assert!(error.find_source::<keepnet_flows::SheetError>().is_some());
        let line = error.to_string();
        assert_eq!(
            line,
            format!("reading the staff list for Acme LLC (xC5kfGz7w2Nz): people.csv: {expected}")
        );
    };
    check(
        "Email\nbroken\n",
        "no row can be imported; correct the rejected rows first; \
         the first is people.csv, row 2, column A \"Email\": not an e-mail address",
    )
    .await;
    check(
        "Colour\nred\n",
        "no column holds the e-mail address; found A \"Colour\"; map the column to the field Email",
    )
    .await;
    assert_eq!(service.counter("uploads"), 0);
}

#[test]
fn running_imports_are_send() {
    fn check<T: Send>() {}
    check::<keepnet_flows::Import>();
    check::<keepnet_flows::ConfirmedImport>();
    check::<Preview>();
    check::<keepnet_flows::Items<keepnet_flows::User>>();
    check::<keepnet_flows::Error>();
}
