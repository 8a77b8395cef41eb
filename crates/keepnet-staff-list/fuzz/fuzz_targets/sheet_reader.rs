//! Every file is read within the limits or refused in one line, with the same result in every scan.
//!
//! An input that begins like a part of a workbook is packed into one first, so that the fuzzer need
//! not find the checksum and the compression of the archive.
#![no_main]

use std::io::{Cursor, Write as _};
use std::ops::ControlFlow;

use keepnet_staff_list::{Mapper, Sheet};
use libfuzzer_sys::fuzz_target;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

#[path = "support.rs"]
mod support;

fuzz_target!(init: support::let_caught_panics_pass(), |data: &[u8]| {
    let file = support::file(".xlsx", &packed(data));
    let sheet = match Sheet::open(file.path()) {
        Ok(sheet) => sheet,
        Err(error) => return support::assert_one_line(&error),
    };
    let mut numbers = Vec::new();
    let read = sheet.for_each_row(|row| {
        numbers.push(row.number());
        ControlFlow::Continue(())
    });
    assert!(numbers.is_sorted_by(|one, next| one < next));
    if let Err(error) = read {
        return support::assert_one_line(&error);
    }
    let checked = match Mapper::new().map(&sheet).and_then(|mapping| sheet.validate(&mapping)) {
        Ok(checked) => checked,
        Err(error) => return support::assert_one_line(&error),
    };
    let counts = checked.counts();
    assert_eq!(counts.total, counts.valid + counts.invalid + counts.duplicate);
    assert_eq!(counts.total, numbers.len() as u64, "every pass reads the same");
    assert_eq!(counts.valid, checked.valid_rows().count() as u64);
});

/// A part of a workbook packed into a workbook; any other input unchanged.
fn packed(data: &[u8]) -> Vec<u8> {
    let sheet = b"<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row>\
                  <row r=\"2\"><c r=\"A2\" t=\"s\"><v>1</v></c></row></sheetData></worksheet>";
    let texts = b"<sst><si><t>Email</t></si><si><t>a@acme.example</t></si></sst>";
    let parts: &[(&str, &[u8])] = match data {
        data if data.starts_with(b"<worksheet") => &workbook(data, texts),
        data if data.starts_with(b"<sst") => &workbook(sheet, data),
        data if data.starts_with(b"<office") => &[
            (
                "mimetype",
                b"application/vnd.oasis.opendocument.spreadsheet",
            ),
            ("META-INF/manifest.xml", b"<manifest:manifest/>"),
            ("content.xml", data),
        ],
        data => return data.to_vec(),
    };
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(*name, options).expect("in memory");
        writer.write_all(content).expect("in memory");
    }
    writer.finish().expect("in memory").into_inner()
}

fn workbook<'a>(sheet: &'a [u8], texts: &'a [u8]) -> [(&'static str, &'a [u8]); 6] {
    [
        (
            "_rels/.rels",
            b"<Relationships><Relationship Id=\"r0\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>",
        ),
        (
            "xl/workbook.xml",
            b"<workbook xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>",
        ),
        (
            "xl/_rels/workbook.xml.rels",
            b"<Relationships><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>",
        ),
        (
            "xl/styles.xml",
            b"<styleSheet><numFmts><numFmt numFmtId=\"200\" formatCode=\"00000\"/></numFmts><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"200\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>",
        ),
        ("xl/sharedStrings.xml", texts),
        ("xl/worksheets/sheet1.xml", sheet),
    ]
}
