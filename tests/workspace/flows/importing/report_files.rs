//! The files with the result of an import.

use std::path::Path;

use keepnet_flows::{ErrorKind, ImportMode, ImportReport, Mapper, Receipt, ReportFiles, Sheet};
use keepnet_sandbox::Dialect;

use crate::flows::service::{ACME, DIALECTS, Service};
use crate::flows::{TempFile, open_fixture, temp_file};

const PEOPLE: &str = "Email;Adı;Phone;Notes\n\
    nia@acme.example;Nîa;+90 530 000 00 00;=1+1\n\
    broken;Ned;+905300000001;\"two\nlines\"\n\
    NIA@acme.example;Nia;;@x\n\
    ada@acme.example;Ada;call me;-2+3\n\
    ivy@acme.example;Ivy;+905300000002;\n";

async fn imported(file: &Path, mode: ImportMode, dialect: Dialect) -> Receipt {
    imported_sheet(Sheet::open(file).unwrap(), mode, dialect).await
}

async fn imported_sheet(sheet: Sheet, mode: ImportMode, dialect: Dialect) -> Receipt {
    let service = Service::start(dialect).await;
    let acme = service.company(ACME).await;
    let import = acme.import_users(sheet).mode(mode);
    import.await.unwrap().confirm().await.unwrap()
}

fn read(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    text.strip_prefix('\u{feff}').unwrap().to_owned()
}

#[tokio::test]
async fn each_row_is_in_the_right_list() {
    for dialect in DIALECTS {
        let check = async |mode: ImportMode, imported_rows: &str| {
            let file = temp_file("people.csv", PEOPLE);
            let receipt = imported(&file.path, mode, dialect).await;
            let folder = tempfile::tempdir().unwrap();
            let sheet = Sheet::open(&file.path).unwrap();
            let saved = receipt
                .save_report(folder.path().join("new"), Some(&sheet))
                .unwrap();
            let header = "Email,Adı,Phone,Notes";
            assert_eq!(
                read(&saved.imported.unwrap()),
                format!("{header}\n{imported_rows}"),
                "{dialect} {mode:?}"
            );
            assert_eq!(
                read(&saved.rejected.unwrap()),
                format!(
                    "{header},Rejected because\n\
                    broken,Ned,+905300000001,\"two\nlines\",Email: not an e-mail address\n\
                    ada@acme.example,Ada,call me,'-2+3,Phone: not a phone number; write it as +905300000000\n"
                ),
                "{dialect} {mode:?}"
            );
            assert_eq!(
                read(&saved.duplicates.unwrap()),
                format!(
                    "{header},Rejected because\n\
                    NIA@acme.example,Nia,,'@x,Email: the same e-mail address as row 2\n"
                ),
                "{dialect} {mode:?}"
            );
            let report = std::fs::read_to_string(&saved.report).unwrap();
            let report: ImportReport = serde_json::from_str(&report).unwrap();
            assert_eq!(report.imported, Some(imported_rows.lines().count() as u64));
            assert_eq!(report.rejected.len(), 3);
            let left = std::fs::read_dir(folder.path().join("new"))
                .unwrap()
                .count();
            assert_eq!(left, 4, "no temporary file is left");
        };
        let nia = "nia@acme.example,Nîa,+90 530 000 00 00,'=1+1\n";
        let ivy = "ivy@acme.example,Ivy,+905300000002,\n";
        check(ImportMode::All, &format!("{nia}{ivy}")).await;
        check(ImportMode::New, nia).await;
        check(ImportMode::Existing, ivy).await;
    }
}

#[tokio::test]
async fn corrected_rejected_rows_can_be_imported() {
    let file = temp_file("people.csv", PEOPLE);
    let receipt = imported(&file.path, ImportMode::All, Dialect::Observed).await;
    let folder = tempfile::tempdir().unwrap();
    let sheet = Sheet::open(&file.path).unwrap();
    let rejected = receipt
        .save_report(folder.path(), Some(&sheet))
        .unwrap()
        .rejected
        .unwrap();

    // Uncorrected, they are rejected again, and the new list has one column of reasons.
    let again = Sheet::open(&rejected).unwrap();
    let mapping = Mapper::new().map(&again).unwrap();
    assert_eq!(mapping.unmapped(), ["Notes", Receipt::REASON]);
    assert_eq!(
        again.validate(&mapping).unwrap().counts().valid,
        0,
        "no duplicate is in this list, where it would be valid"
    );

    let corrected = read(&rejected)
        .replace("broken", "ned@acme.example")
        .replace("call me", "'+90 530");
    let corrected: TempFile = temp_file("corrected.csv", format!("\u{feff}{corrected}"));
    let service = Service::start(Dialect::Observed).await;
    let acme = service.company(ACME).await;
    let import = acme.import_users(Sheet::open(&corrected.path).unwrap());
    let receipt = import.await.unwrap().confirm().await.unwrap();
    assert_eq!((receipt.imported, receipt.rows.invalid), (2, 0));
    let sheet = Sheet::open(&corrected.path).unwrap();
    let saved = receipt.save_report(folder.path().join("second"), Some(&sheet));
    let saved = saved.unwrap();
    assert_eq!(
        read(&saved.rejected.unwrap()),
        "Email,Adı,Phone,Notes,Rejected because\n"
    );
    assert!(read(&saved.imported.unwrap()).contains("ada@acme.example,Ada,'+90 530,'-2+3\n"));
}

#[tokio::test]
async fn every_fixture_is_split_into_lists() {
    for (file, imported_rows, rejected, duplicates) in [
        ("acme-users.xls", 25, 0, 0),
        ("turkish-headers-cp1254.csv", 12, 0, 0),
        ("users-on-second-sheet.xlsx", 8, 0, 0),
        ("duplicates-and-invalid.xlsx", 7, 4, 1),
    ] {
        let sheet = open_fixture(file);
        let receipt = imported_sheet(sheet, ImportMode::All, Dialect::Documented).await;
        let folder = tempfile::tempdir().unwrap();
        let saved = receipt.save_report(folder.path(), Some(&open_fixture(file)));
        let saved = saved.unwrap();
        let rows = |path: &Path| {
            let sheet = Sheet::open(path);
            sheet.map_or(0, |sheet| {
                let mut rows = 0;
                sheet
                    .for_each_row(|_| {
                        rows += 1;
                        std::ops::ControlFlow::Continue(())
                    })
                    .unwrap();
                rows
            })
        };
        assert_eq!(rows(&saved.imported.unwrap()), imported_rows, "{file}");
        assert_eq!(rows(&saved.rejected.unwrap()), rejected, "{file}");
        assert_eq!(rows(&saved.duplicates.unwrap()), duplicates, "{file}");
    }
}

#[tokio::test]
async fn changed_file_is_refused() {
    let file = temp_file("people.csv", PEOPLE);
    let receipt = imported(&file.path, ImportMode::All, Dialect::Observed).await;
    std::fs::write(&file.path, PEOPLE.replace("Ivy", "Eve")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let sheet = Sheet::open(&file.path).unwrap();
    let error = receipt
        .save_report(folder.path(), Some(&sheet))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    let saved = receipt.save_report(folder.path(), None).unwrap();
    assert_eq!((saved.imported, saved.rejected), (None, None));
    assert!(saved.report.is_file());
}

#[tokio::test]
async fn report_replaces_no_file() {
    let folder = tempfile::tempdir().unwrap();
    // The staff list itself may have the name of a file of the report.
    let path = folder.path().join("rejected.csv");
    std::fs::write(&path, PEOPLE).unwrap();
    let receipt = imported(&path, ImportMode::All, Dialect::Observed).await;
    let sheet = Sheet::open(&path).unwrap();
    let saved = receipt.save_report(folder.path(), Some(&sheet));
    let prepared = ReportFiles::prepare_folder(folder.path());
    for error in [saved.unwrap_err(), prepared.unwrap_err()] {
        assert_eq!(error.kind(), ErrorKind::Conflict);
        assert!(error.to_string().contains("rejected.csv exists"), "{error}");
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), PEOPLE);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    let error = ReportFiles::prepare_folder(path.join("below")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
}
