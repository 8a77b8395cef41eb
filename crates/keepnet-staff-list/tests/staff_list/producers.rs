//! Files as different programs write them: each name is read letter by letter as it was written, or
//! the file is refused.

use std::ops::ControlFlow;

use keepnet_staff_list::{Encoding, Field, Mapper, Sheet, SheetError};
use oem_cp::code_table::{
    DECODING_TABLE_CP437, DECODING_TABLE_CP850, DECODING_TABLE_CP852, DECODING_TABLE_CP857,
    DECODING_TABLE_CP866,
};
use rust_xlsxwriter::Workbook;

type People = &'static [(&'static str, &'static str)];

const TURKISH: People = &[
    ("Ayşe", "Iğdır"),
    ("Çağrı", "Öztürk"),
    ("İpek", "Şen"),
    ("Ünal", "Güğüş"),
];
const WESTERN: People = &[("Zoë", "Åström"), ("José", "Peña"), ("François", "Müller")];
const CENTRAL: People = &[
    ("Łukasz", "Dvořák"),
    ("Žofie", "Szőke"),
    ("Zażółć", "Gęślą"),
];
const CYRILLIC: People = &[("Иван", "Петров"), ("Анна", "Щукина"), ("Юрий", "Ёлкин")];
const PLAIN: People = &[("Ada", "Byron"), ("Grace", "Hopper")];
const ALL: People = &[
    ("Trần", "王"),
    ("Łukasz", "Iğdır"),
    ("Иван", "Müller"),
    ("می‌خواهم", "Ωμέγα"),
];

/// How a program writes a list as text.
struct Writer {
    producer: &'static str,
    before: &'static str,
    headers: [&'static str; 3],
    delimiter: &'static str,
    quoted: bool,
    padding: usize,
    end: &'static str,
    after: &'static str,
}

impl Writer {
    const EXCEL: Writer = Writer {
        producer: "Excel",
        before: "",
        headers: ["First Name", "Last Name", "Email"],
        delimiter: ";",
        quoted: false,
        padding: 0,
        end: "\r\n",
        after: "",
    };
    const LIBRE_OFFICE: Writer = Writer {
        producer: "LibreOffice",
        delimiter: ",",
        quoted: true,
        end: "\n",
        ..Writer::EXCEL
    };
    const GOOGLE: Writer = Writer {
        producer: "Google",
        headers: [
            "First Name [Required]",
            "Last Name [Required]",
            "Email Address [Required]",
        ],
        delimiter: ",",
        ..Writer::EXCEL
    };
    const DBF: Writer = Writer {
        producer: "DBF",
        headers: ["ADI", "SOYADI", "EPOSTA"],
        padding: 20,
        after: "\u{1A}",
        ..Writer::EXCEL
    };
    const SAP: Writer = Writer {
        producer: "SAP",
        before: "Personnel list\r\n\r\n",
        headers: ["First name", "Last name", "E-Mail"],
        delimiter: "|",
        ..Writer::EXCEL
    };
    const HAND: Writer = Writer {
        producer: "hand",
        before: "Our people\n\n",
        headers: [" ad", "SOYAD ", "e posta adresi"],
        delimiter: ";",
        end: "\n",
        after: "\n\n  \n",
        ..Writer::EXCEL
    };

    fn text(&self, people: People) -> String {
        let addresses: Vec<String> = (0..people.len()).map(address).collect();
        let mut lines = vec![self.line(&self.headers)];
        for ((first, last), email) in people.iter().zip(&addresses) {
            lines.push(self.line(&[first, last, email]));
        }
        format!("{}{}{}", self.before, lines.join(self.end), self.after)
    }

    fn line(&self, cells: &[&str; 3]) -> String {
        let cells = cells.map(|cell| {
            let padding = " ".repeat(self.padding.saturating_sub(cell.chars().count()));
            match self.quoted {
                true => format!("\"{cell}\""),
                false => format!("{cell}{padding}"),
            }
        });
        cells.join(self.delimiter)
    }
}

fn address(index: usize) -> String {
    format!("user{index}@acme.example")
}

/// The bytes of a text; none if the encoding lacks a letter.
fn encoded(text: &str, encoding: Encoding) -> Vec<u8> {
    let standard = match encoding {
        Encoding::Utf8 => return text.as_bytes().to_vec(),
        Encoding::Utf16Le => return text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Encoding::Utf16Be => return text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        Encoding::Cp857 => return by_table(text, &|at| DECODING_TABLE_CP857[at]),
        Encoding::Cp850 => return by_table(text, &|at| Some(DECODING_TABLE_CP850[at])),
        Encoding::Cp852 => return by_table(text, &|at| Some(DECODING_TABLE_CP852[at])),
        Encoding::Cp437 => return by_table(text, &|at| Some(DECODING_TABLE_CP437[at])),
        Encoding::Cp866 => return by_table(text, &|at| Some(DECODING_TABLE_CP866[at])),
        other => encoding_rs::Encoding::for_label(other.name().as_bytes()).unwrap(),
    };
    let (bytes, _, is_lossy) = standard.encode(text);
    assert!(!is_lossy, "{encoding} lacks a letter of {text}");
    bytes.into_owned()
}

fn by_table(text: &str, letter: &dyn Fn(usize) -> Option<char>) -> Vec<u8> {
    let byte = |wanted: char| match u8::try_from(wanted) {
        Ok(byte @ 0..128) => byte,
        _ => (128..=255)
            .find(|byte| letter(usize::from(*byte) - 128) == Some(wanted))
            .unwrap_or_else(|| panic!("no {wanted}")),
    };
    text.chars().map(byte).collect()
}

/// First name, last name and address of each valid row, and how many rows are not valid.
fn read(sheet: &Sheet) -> Result<(Vec<[String; 3]>, u64), SheetError> {
    let mapping = Mapper::new().map(sheet)?;
    let validation = sheet.validate(&mapping)?;
    let upload = validation.prepare_upload(sheet)?;
    // What is sent is read once more, as the service reads it.
    let sent = Sheet::open(upload.path())?;
    let mapping = Mapper::new().map(&sent)?;
    let positions = mapping.positions(&sent)?;
    let at = |field: Field| {
        let columns = mapping.columns().iter();
        let found = columns.zip(&positions).find(|(it, _)| *it.field() == field);
        *found.unwrap().1
    };
    let columns = [Field::FirstName, Field::LastName, Field::Email].map(at);
    let mut people = Vec::new();
    sent.for_each_row(|row| {
        people.push(columns.map(|column| row.text(column).to_owned()));
        ControlFlow::Continue(())
    })?;
    let counts = validation.counts();
    Ok((people, counts.total - counts.valid))
}

fn expected(people: People) -> Vec<[String; 3]> {
    let people = people.iter().enumerate();
    people
        .map(|(index, (first, last))| [(*first).to_owned(), (*last).to_owned(), address(index)])
        .collect()
}

/// Counts the files of each producer.
#[derive(Default)]
struct Files(Vec<&'static str>);

impl Files {
    /// A file that says its encoding, or needs none.
    fn certain(&mut self, writer: &Writer, people: People, encoding: Encoding, mark: bool) {
        self.0.push(writer.producer);
        let case = format!("{} {encoding} {mark}", writer.producer);
        let mut text = writer.text(people);
        if mark {
            text.insert(0, '\u{FEFF}');
        }
        let sheet = Sheet::from_bytes("people.csv", encoded(&text, encoding));
        let sheet = sheet.unwrap_or_else(|error| panic!("{case}: {error}"));
        assert_eq!(sheet.encoding(), Some(encoding), "{case}");
        assert_eq!(read(&sheet).unwrap(), (expected(people), 0), "{case}");
    }

    /// A file that does not say its encoding: it is asked for, and every encoding but the right one
    /// is refused, read right by chance, or suspected.
    fn undeclared(&mut self, writer: &Writer, people: People, encoding: Encoding) {
        self.0.push(writer.producer);
        let case = format!("{} {encoding}", writer.producer);
        let bytes = encoded(&writer.text(people), encoding);
        let error = Sheet::from_bytes("people.csv", &bytes).unwrap_err();
        let SheetError::UnknownEncoding { candidates, .. } = error else {
            panic!("{case}: {error}")
        };
        assert!(candidates.contains(&encoding), "{case}: {candidates:?}");
        let open = |encoding| {
            Sheet::options()
                .encoding(encoding)
                .open_bytes("people.csv", &bytes)
        };
        let sheet = open(encoding).unwrap();
        assert_eq!(read(&sheet).unwrap(), (expected(people), 0), "{case}");
        for other in Encoding::ALL.into_iter().filter(|it| *it != encoding) {
            let Ok(sheet) = open(other) else { continue };
            let mapping = Mapper::new().map(&sheet);
            let validation = mapping
                .and_then(|mapping| sheet.validate(&mapping))
                .unwrap();
            let is_suspected = validation.warning_count() > 0;
            assert!(
                is_suspected || candidates.contains(&other),
                "{case} as {other}"
            );
        }
    }
}

#[test]
fn names_are_read_letter_by_letter_or_refused() {
    let mut files = Files::default();
    let excel = Writer::EXCEL;
    let with_tabs = |writer: &Writer| Writer {
        delimiter: "\t",
        ..*writer
    };
    let writers = [
        &Writer::EXCEL,
        &Writer::LIBRE_OFFICE,
        &Writer::GOOGLE,
        &Writer::DBF,
        &Writer::SAP,
        &Writer::HAND,
    ];
    for writer in writers {
        for people in [PLAIN, ALL] {
            files.certain(writer, people, Encoding::Utf8, false);
            files.certain(writer, people, Encoding::Utf8, true);
        }
        files.certain(&with_tabs(writer), ALL, Encoding::Utf16Le, true);
        files.certain(&with_tabs(writer), TURKISH, Encoding::Utf16Be, true);
        files.undeclared(writer, TURKISH, Encoding::Windows1254);
        files.undeclared(writer, TURKISH, Encoding::Cp857);
        files.undeclared(writer, WESTERN, Encoding::Windows1252);
        files.undeclared(writer, CENTRAL, Encoding::Windows1250);
        files.undeclared(writer, CYRILLIC, Encoding::Windows1251);
    }
    let macintosh = Writer {
        producer: "Excel for Macintosh",
        end: "\r",
        ..excel
    };
    files.undeclared(&macintosh, WESTERN, Encoding::MacRoman);
    for writer in [&excel, &Writer::DBF] {
        files.undeclared(writer, WESTERN, Encoding::Cp850);
        files.undeclared(writer, CENTRAL, Encoding::Cp852);
        files.undeclared(writer, &[("José", "Müller")], Encoding::Cp437);
        files.undeclared(
            writer,
            &[("Иван", "Петров"), ("Анна", "Щукина")],
            Encoding::Cp866,
        );
    }
    files.undeclared(&Writer::SAP, CYRILLIC, Encoding::Koi8R);
    files.undeclared(&Writer::LIBRE_OFFICE, CENTRAL, Encoding::Iso8859_2);
    files.certain(&Writer::LIBRE_OFFICE, TURKISH, Encoding::Utf16Le, false);
    files.certain(&Writer::SAP, TURKISH, Encoding::Utf16Be, false);
    let mut producers = files.0.clone();
    producers.sort_unstable();
    producers.dedup();
    assert!(
        producers.len() >= 6 && files.0.len() >= 60,
        "{} files",
        files.0.len()
    );
}

#[test]
fn names_of_workbooks_are_read_letter_by_letter() {
    for people in [PLAIN, ALL, TURKISH, CENTRAL, CYRILLIC] {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for (column, header) in (0..).zip(["First Name", "Last Name", "Email", "Start"]) {
            sheet.write_string(2, column, header).unwrap();
        }
        for (row, (first, last)) in (3..).zip(people) {
            let cells = [first, last, address(row as usize - 3).as_str()].map(str::to_owned);
            for (column, cell) in (0..).zip(cells) {
                sheet.write_string(row, column, cell).unwrap();
            }
        }
        sheet.write_string(0, 0, "People of Acme").unwrap();
        let sheet = Sheet::from_bytes("people.xlsx", book.save_to_buffer().unwrap()).unwrap();
        assert_eq!(read(&sheet).unwrap(), (expected(people), 0));
    }
}

#[test]
fn replaced_file_is_sent_as_it_was_checked() {
    let file = crate::support::made("people.csv", "Email,First Name\na@acme.example,Ada\n");
    let sheet = Sheet::open(&file.path).unwrap();
    let sha256 = sheet.sha256().to_owned();
    let validation = sheet.validate(&Mapper::new().map(&sheet).unwrap()).unwrap();
    std::fs::write(&file.path, "Email,First Name\nb@acme.example,Bea\n").unwrap();
    let upload = validation.prepare_upload(&sheet).unwrap();
    std::fs::remove_file(&file.path).unwrap();
    let sent = std::fs::read_to_string(upload.path()).unwrap();
    assert_eq!(sent, "Email,First Name\na@acme.example,Ada\n");
    assert!(upload.is_original());
    assert_eq!(sheet.sha256(), sha256);
}

#[test]
fn typed_cells_have_one_spelling() {
    let sent = |second: &str| {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for (column, header) in (0..).zip(["Email", "Department", "Phone"]) {
            sheet.write_string(0, column, header).unwrap();
        }
        let date = rust_xlsxwriter::Format::new().set_num_format("dd.mm.yyyy");
        sheet.write_string(1, 0, "a@acme.example").unwrap();
        sheet
            .write_number_with_format(1, 1, 45_356.0, &date)
            .unwrap();
        sheet.write_string(2, 0, second).unwrap();
        sheet.write_boolean(2, 1, true).unwrap();
        let sheet = Sheet::from_bytes("people.xlsx", book.save_to_buffer().unwrap()).unwrap();
        let validation = sheet.validate(&Mapper::new().map(&sheet).unwrap()).unwrap();
        let upload = validation.prepare_upload(&sheet).unwrap();
        std::fs::read_to_string(upload.path()).unwrap()
    };
    let date = "Email,Department,Phone\na@acme.example,2024-03-05,\n";
    assert_eq!(sent("nobody"), date);
    assert_eq!(
        sent("b@acme.example"),
        format!("{date}b@acme.example,True,\n")
    );
}
