//! All headers map in one way or are refused in one line, and a saved mapping maps the same file
//! again.
//!
//! The input has one header per line, a blank line, and one `COLUMN=FIELD` per line.
#![no_main]

use std::collections::HashSet;

use keepnet_staff_list::{Field, Mapper, Mapping, Sheet};
use libfuzzer_sys::fuzz_target;

#[path = "support.rs"]
mod support;

fuzz_target!(init: support::let_caught_panics_pass(), |text: &str| {
    let (headers, arguments) = text.split_once("\n\n").unwrap_or((text, ""));
    let headers: Vec<_> = headers.lines().collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&headers).expect("in memory");
    writer.write_record(vec!["x"; headers.len()]).expect("in memory");
    let file = support::file(".csv", &writer.into_inner().expect("in memory"));
    let sheet = match Sheet::open(file.path()) {
        Ok(sheet) => sheet,
        Err(error) => return support::assert_one_line(&error),
    };
    let mut mapper = Mapper::new().custom_field("Badge");
    for argument in arguments.split(['\n', '\r']) {
        match mapper.clone().argument(argument) {
            Ok(changed) => mapper = changed,
            Err(error) => support::assert_one_line(&error),
        }
    }
    let mapping = match mapper.map(&sheet) {
        Ok(mapping) => mapping,
        Err(error) => return support::assert_one_line(&error),
    };
    let mut fields = HashSet::new();
    for column in mapping.columns() {
        assert!(fields.insert(column.field()), "one column fills a field");
        assert!(column.confidence() >= Mapper::THRESHOLD);
        let header = sheet.headers().iter().find(|it| it.letter() == column.letter());
        assert_eq!(header.map(|it| it.name()), Some(column.column()));
    }
    assert!(fields.contains(&Field::Email));
    assert_eq!(mapper.map(&sheet).ok().as_ref(), Some(&mapping));

    let saved = serde_json::to_string(&mapping).expect("a mapping is data");
    let saved: Mapping = serde_json::from_str(&saved).expect("what was written is read");
    assert_eq!(saved, mapping);
    // Two columns with the same header cannot be distinguished in another file.
    match Mapper::new().reuse(&saved).map(&sheet) {
        Ok(again) => assert_eq!(
            saved.columns().iter().map(|it| (it.letter(), it.field())).collect::<Vec<_>>(),
            again
                .columns()
                .iter()
                .filter(|it| saved.column_of(it.field()).is_some())
                .map(|it| (it.letter(), it.field()))
                .collect::<Vec<_>>(),
        ),
        Err(error) => support::assert_one_line(&error),
    }
});
