//! Workbooks that are damaged or constructed to exhaust memory or time.

use std::io::{Cursor, Read, Write};

use calamine::Reader as _;

use crate::support::{check, compound, compound_of, fixture, made, workbook};
use keepnet_staff_list::Limit;
use keepnet_staff_list::{Limits, Sheet, SheetError};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

const PEOPLE: &[&[&str]] = &[&["Email"], &["a@acme.example"]];

/// The same workbook with changed parts.
fn repacked(book: &[u8], change: impl Fn(&str, Vec<u8>) -> Vec<u8>) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(book)).unwrap();
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        writer
            .start_file(&name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(&change(&name, content)).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn hostile_workbooks_are_refused_before_inflating() {
    let book = workbook(&[("People", PEOPLE)]);
    let check = |name: &str, bytes: &[u8], set: fn(&mut Limits), expected: &str| {
        let file = made("people.xlsx", bytes);
        let mut limits = Limits::default();
        set(&mut limits);
        let error = Sheet::options()
            .limits(limits)
            .open(&file.path)
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with(&format!("people.xlsx: {expected}")),
            "{name}: {error}"
        );
    };
    let zeros = repacked(&book, |name, content| match name.contains("sheet1") {
        true => vec![b' '; 65 << 20],
        false => content,
    });
    check(
        "dense part",
        &zeros,
        |_| {},
        "more than 400 times the packed size",
    );
    check(
        "inflated",
        &zeros,
        |limits| limits.inflated_bytes = 1 << 20,
        "more than 1048576 bytes of inflated content",
    );
    check(
        "parts",
        &book,
        |limits| limits.parts = 3,
        "more than 3 parts inside the workbook",
    );
    check(
        "texts",
        &book,
        |limits| limits.shared_text_bytes = 9,
        "more than 9 bytes of inflated texts",
    );
    let announcing = repacked(&book, |name, content| {
        match name.contains("sharedStrings") {
            true => String::from_utf8(content)
                .unwrap()
                .replace("uniqueCount=\"", "uniqueCount=\"99999999999")
                .into_bytes(),
            false => content,
        }
    });
    check(
        "too many announced texts",
        &announcing,
        |_| {},
        "the workbook is damaged (its table of texts announces",
    );
    let other = repacked(&book, |_, _| b"<a><b></a>".to_vec());
    check("no XML", &other, |_| {}, "the workbook is damaged");
    check(
        "cut off",
        &book[..book.len() / 2],
        |_| {},
        "the workbook is damaged",
    );
}

#[test]
fn far_corner_cell_does_not_cost_memory() {
    let (sheet, checked) = check(fixture("far-corner.xlsx")).unwrap();
    assert_eq!(sheet.headers().len(), 1);
    assert_eq!(checked.counts().total, 1);
}

pub(crate) fn open_document(rows: &str) -> Vec<u8> {
    let names = "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
                 xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
                 xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"";
    let content = format!(
        "<office:document-content {names}><office:body><office:spreadsheet>\
         <table:table table:name=\"People\">{rows}</table:table>\
         </office:spreadsheet></office:body></office:document-content>"
    );
    let parts = [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<manifest:manifest/>"),
        ("content.xml", &content),
    ];
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer
            .start_file(name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn open_document_repetitions_are_limited() {
    let row = |attributes: &str, cells: &[&str]| {
        let cell = |text: &&str| {
            format!(
                "<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>"
            )
        };
        let cells: String = cells.iter().map(cell).collect();
        format!("<table:table-row {attributes}>{cells}</table:table-row>")
    };
    let headers = row("", &["Email", "Vorname"]);
    let rows = headers + &row("", &["a@acme.example", "Ada"]) + &row("", &["nobody", "Bea"]);
    let file = made("people.ods", open_document(&rows));
    let (sheet, checked) = check(&file.path).unwrap();
    assert_eq!(
        (sheet.format().extension(), sheet.worksheet()),
        ("ods", Some("People"))
    );
    assert_eq!((checked.counts().valid, checked.counts().invalid), (1, 1));
    assert!(!checked.prepare_upload(&sheet).unwrap().is_original());

    for unclosed in [
        "<table:table-row>",
        "<!-- ",
        "<table:table-row><table:table-cell>",
    ] {
        let endless = made("people.ods", open_document(&(rows.clone() + unclosed)));
        let error = Sheet::open(&endless.path).unwrap_err();
        assert!(matches!(error, SheetError::Damaged { .. }), "{error}");
    }

    let bomb = rows + &row("table:number-rows-repeated=\"5000000\"", &["x", "y"]);
    let error = Sheet::open(&made("people.ods", open_document(&bomb)).path).unwrap_err();
    assert!(
        matches!(
            error,
            SheetError::TooLarge {
                limit: Limit::GridCells,
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn old_containers_are_inspected_before_loading() {
    let check = |name: &str, bytes: &[u8], expected: &str| {
        let file = made("people.xls", bytes);
        let error = Sheet::open(&file.path).unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("people.xls: {expected}")),
            "{name}: {error}"
        );
    };
    let protected = compound("EncryptedPackage", b"");
    check(
        "encrypted",
        &protected,
        "the workbook is protected by a password",
    );
    check(
        "document",
        &compound("WordDocument", b""),
        "the content is not a spreadsheet but a text document",
    );
    check(
        "stub",
        b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
        "the workbook is damaged",
    );

    let record = |kind: u16, content: &[u8]| {
        let length = content.len() as u16;
        [&kind.to_le_bytes()[..], &length.to_le_bytes(), content].concat()
    };
    let number = |row: u16, column: u16| {
        let position = [row.to_le_bytes(), column.to_le_bytes(), [0, 0]].concat();
        record(0x0203, &[position, vec![0; 8]].concat())
    };
    let begin = record(0x0809, &[0, 6, 16, 0, 0, 0, 0, 0]);
    let corners = [
        begin.clone(),
        number(0, 0),
        number(65_535, 255),
        record(0x000A, &[]),
    ]
    .concat();
    check(
        "far corner",
        &compound("Workbook", &corners),
        "more than 8000000 cells between",
    );
    let extent = record(
        0x0200,
        &[0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 1, 0, 0],
    );
    let announcing = [begin, extent].concat();
    check(
        "too large announced extent",
        &compound("Workbook", &announcing),
        "the workbook is damaged",
    );
}

/// calamine takes the first stream of a name, the cfb crate the one that the directory links.
#[test]
fn hidden_workbook_stream_is_not_loaded() {
    let fixture = std::fs::File::open(fixture("acme-users.xls")).unwrap();
    let mut people = Vec::new();
    let mut fixture = cfb::CompoundFile::open(fixture).unwrap();
    let mut stream = fixture.open_stream("Workbook").unwrap();
    stream.read_to_end(&mut people).unwrap();
    let hidden = vec![0; people.len()];
    let mut bytes = compound_of(&[("Workbooj", &hidden), ("Workbook", &people)]);
    let sector = u32::from_le_bytes(bytes[48..52].try_into().unwrap()) as usize;
    let mut directory = bytes[512 * (sector + 1)..].chunks_mut(128);
    let mut entry = || directory.next().unwrap();
    let (root, hidden, linked) = (entry(), entry(), entry());
    const NO_ENTRY: [u8; 4] = [0xFF; 4];
    root[76..80].copy_from_slice(&2_u32.to_le_bytes());
    hidden[14] = b'k';
    linked[68..72].copy_from_slice(&NO_ENTRY);
    linked[72..76].copy_from_slice(&NO_ENTRY);
    let calamine_alone = calamine::Xls::new(Cursor::new(&bytes));
    let worksheets = calamine_alone.map_or(0, |book| book.sheet_names().len());
    assert_eq!(worksheets, 0, "calamine takes the hidden stream");
    let (_, checked) = check(&made("people.xls", bytes).path).unwrap();
    assert_eq!(checked.counts().valid, 25);
}

#[test]
fn damaged_workbooks_never_panic() {
    let mut random = fastrand::Rng::with_seed(11);
    for name in [
        "duplicates-and-invalid.xlsx",
        "acme-users.xls",
        "far-corner.xlsx",
    ] {
        let original = std::fs::read(fixture(name)).unwrap();
        for _ in 0..300 {
            let mut bytes = original.clone();
            for _ in 0..random.usize(1..8) {
                let at = random.usize(..bytes.len());
                bytes[at] = random.u8(..);
            }
            if random.u8(..4) == 0 {
                bytes.truncate(random.usize(..bytes.len()));
            }
            let file = made("people.xlsx", &bytes);
            if let Ok((_, checked)) = check(&file.path) {
                let counts = checked.counts();
                assert_eq!(
                    counts.total,
                    counts.valid + counts.invalid + counts.duplicate
                );
            }
        }
    }
}

#[test]
fn changed_cells_never_panic() {
    let mut random = fastrand::Rng::with_seed(13);
    let book = std::fs::read(fixture("duplicates-and-invalid.xlsx")).unwrap();
    for _ in 0..300 {
        let seed = random.u64(..);
        let bytes = repacked(&book, |name, mut content| {
            if name.contains("sheet1") {
                let mut random = fastrand::Rng::with_seed(seed);
                for _ in 0..random.usize(1..6) {
                    let at = random.usize(..content.len());
                    content[at] = b"<>/\"'&;0129AZ tnsre= \xC3\0"[random.usize(..23)];
                }
            }
            content
        });
        let file = made("people.xlsx", bytes);
        match check(&file.path) {
            Ok((_, checked)) => assert!(checked.counts().total <= 13),
            Err(error) => assert!(!error.to_string().contains("acme.example"), "{error}"),
        }
    }
}
