//! The file that is sent for a list reads back as the same people, and is then sent unchanged.
#![no_main]

use std::ops::ControlFlow;

use keepnet_staff_list::{Mapper, Sheet, SheetError};
use libfuzzer_sys::fuzz_target;

#[path = "support.rs"]
mod support;

const HEADERS: [&str; 4] = ["Email", "Last Name", "Phone", "Department"];

fuzz_target!(init: support::let_caught_panics_pass(), |people: Vec<[String; 3]>| {
    // A byte order mark and semicolons: such a file is never sent unchanged.
    let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer("\u{FEFF}".as_bytes().to_vec());
    writer.write_record(HEADERS).expect("in memory");
    for (number, [name, phone, department]) in people.iter().enumerate() {
        let email = format!("user{number}@acme.example");
        writer.write_record([&email, name, phone, department]).expect("in memory");
    }
    let Ok(written) = writer.into_inner() else { return };
    let file = support::file(".csv", &written);
    let Ok(sheet) = Sheet::open(file.path()) else { return };
    let Ok(checked) = Mapper::new().map(&sheet).and_then(|mapping| sheet.validate(&mapping)) else {
        return;
    };
    let upload = match checked.prepare_upload(&sheet) {
        Ok(upload) => upload,
        Err(error) => return support::assert_one_line(&error),
    };
    assert!(!upload.is_original());
    assert_eq!(upload.rows(), checked.counts().valid);

    let mut sent = csv::Reader::from_path(upload.path()).expect("just written");
    let sent: Vec<_> = sent.records().map(|record| record.expect("just written")).collect();
    assert_eq!(sent.len() as u64, upload.rows());

    let again = match Sheet::open(upload.path()) {
        // With fewer columns, a cell of several lines can look like further rows.
        Err(SheetError::SwallowedRows { .. }) => return,
        again => again.expect("what is sent can be read"),
    };
    let mapping = Mapper::new().map(&again).expect("what is sent has the same headers");
    let accepted = again.validate(&mapping).expect("what is sent can be checked");
    assert_eq!(accepted.counts().valid, upload.rows(), "{:?}", accepted.problems());
    let mut read = sent.iter();
    again
        .for_each_row(|row| {
            let record = read.next().expect("as many rows as were sent");
            for (column, cell) in record.iter().enumerate() {
                assert_eq!(row.text(column), cell);
            }
            ControlFlow::Continue(())
        })
        .expect("what is sent can be read");
    assert!(accepted.prepare_upload(&again).expect("there are people").is_original());
});
