//! Time and memory of validating a staff list, compared with only reading the same file, and with
//! openpyxl if Python has it.
//!
//! `cargo bench -p keepnet-staff-list --bench staff_list` for 100,000 rows; another number of rows may
//! follow `--`, and `--million` adds a CSV file of 1,000,000 rows.

#![allow(clippy::print_stdout, reason = "a benchmark reports by printing")]

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use calamine::{Reader, Xlsx};
use keepnet_staff_list::{Mapper, Sheet};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    if let [only, path, ..] = arguments.as_slice()
        && only == "--only"
    {
        check(Path::new(path))?;
        println!("{}", peak_memory().unwrap_or(0));
        return Ok(());
    }
    let given = arguments.iter().find_map(|argument| argument.parse().ok());
    let rows = given.unwrap_or(100_000);
    let folder = tempfile::tempdir()?;
    let made = |name: &str, rows: u32, write: Make| -> Outcome<PathBuf> {
        let path = folder.path().join(name);
        write(&path, rows)?;
        Ok(path)
    };
    report("csv", &made("people.csv", rows, write_csv)?, rows, read_csv)?;
    let shared = made("shared.xlsx", rows, write_shared)?;
    report("xlsx, shared strings", &shared, rows, read_xlsx)?;
    against_openpyxl(&shared)?;
    let inline = made("inline.xlsx", rows, write_inline)?;
    report("xlsx, inline strings", &inline, rows, read_xlsx)?;
    against_openpyxl(&inline)?;
    if arguments.iter().any(|argument| argument == "--million") {
        let million = made("million.csv", 1_000_000, write_csv)?;
        report("csv", &million, 1_000_000, read_csv)?;
    }
    Ok(())
}

type Read = fn(&Path) -> Outcome<u64>;
type Make = fn(&Path, u32) -> Outcome;

fn report(name: &str, path: &Path, rows: u32, read: Read) -> Outcome {
    let (checking, valid) = fastest(|| check(path))?;
    assert_eq!(valid, u64::from(rows), "every made row is valid");
    let (reading, cells) = fastest(|| read(path))?;
    // A separate process does not count the memory that writing the files took.
    let only = Command::new(std::env::current_exe()?)
        .arg("--only")
        .arg(path)
        .output()?;
    let peak: u64 = String::from_utf8(only.stdout)?.trim().parse()?;
    println!(
        "{name}: {rows} rows, {cells} cells: check {:.2} s, peak memory {} MB; plain read {:.2} s, ratio {:.2}",
        checking.as_secs_f64(),
        peak >> 20,
        reading.as_secs_f64(),
        checking.as_secs_f64() / reading.as_secs_f64()
    );
    Ok(())
}

/// Compares with openpyxl, which reads the values of the same file row by row.
fn against_openpyxl(path: &Path) -> Outcome {
    const READ: &str = "import sys, time, openpyxl
start = time.perf_counter()
book = openpyxl.load_workbook(sys.argv[1], read_only=True)
cells = sum(len(row) for row in book.active.iter_rows(values_only=True))
print(time.perf_counter() - start)";
    let python = Command::new("python3")
        .args(["-c", READ])
        .arg(path)
        .output();
    let Some(python) = python.ok().filter(|python| python.status.success()) else {
        println!("  openpyxl: skipped, because python3 does not have it");
        return Ok(());
    };
    let reading: f64 = String::from_utf8(python.stdout)?.trim().parse()?;
    let (checking, _) = fastest(|| check(path))?;
    println!(
        "  openpyxl: read {reading:.2} s; the check is {:.1} times faster",
        reading / checking.as_secs_f64()
    );
    Ok(())
}

fn check(path: &Path) -> Outcome<u64> {
    let sheet = Sheet::open(path)?;
    let mapping = Mapper::new().map(&sheet)?;
    Ok(sheet.validate(&mapping)?.counts().valid)
}

fn fastest(mut run: impl FnMut() -> Outcome<u64>) -> Outcome<(Duration, u64)> {
    let mut best = (Duration::MAX, 0);
    for _ in 0..5 {
        let start = Instant::now();
        let result = run()?;
        best = best.min((start.elapsed(), result));
    }
    Ok(best)
}

fn read_csv(path: &Path) -> Outcome<u64> {
    let mut cells = 0;
    for record in csv::Reader::from_path(path)?.records() {
        cells += record?.len() as u64;
    }
    Ok(cells)
}

fn read_xlsx(path: &Path) -> Outcome<u64> {
    let mut book: Xlsx<_> = calamine::open_workbook(path)?;
    let name = book.sheet_names().first().cloned().unwrap_or_default();
    let mut reader = book.worksheet_cells_reader(&name)?;
    let mut cells = 0;
    while reader.next_cell()?.is_some() {
        cells += 1;
    }
    Ok(cells)
}

const HEADERS: [&str; 8] = [
    "First Name",
    "Last Name",
    "Email Address",
    "Phone Number",
    "Department",
    "Time Zone",
    "Priority",
    "Preferred Language",
];

fn person(row: u32) -> [String; 8] {
    [
        format!("Ayşe {row}"),
        "Öztürk".to_owned(),
        format!("user{row}@globex.example"),
        format!("+9053{row:08}"),
        format!("Department {}", row % 40),
        "Turkey Standard Time".to_owned(),
        ["VeryLow", "Low", "Medium", "High", "VeryHigh"][row as usize % 5].to_owned(),
        "Turkish".to_owned(),
    ]
}

fn write_csv(path: &Path, rows: u32) -> Outcome {
    let mut writer = csv::Writer::from_path(path)?;
    writer.write_record(HEADERS)?;
    for row in 0..rows {
        writer.write_record(person(row))?;
    }
    Ok(writer.flush()?)
}

fn write_shared(path: &Path, rows: u32) -> Outcome {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, HEADERS)?;
    for row in 0..rows {
        sheet.write_row(row + 1, 0, person(row))?;
    }
    Ok(book.save(path)?)
}

/// A workbook of a program that streams rows: every text is in its cell.
fn write_inline(path: &Path, rows: u32) -> Outcome {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const REFERENCE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
    let relations = |kind: &str, target: &str| {
        format!(
            "<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"r1\" \
             Type=\"{REFERENCE}/{kind}\" Target=\"{target}\"/></Relationships>"
        )
    };
    let spreadsheet = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    let types = format!(
        "<Types xmlns=\"{PACKAGE}/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Override PartName=\"/xl/workbook.xml\" ContentType=\"{spreadsheet}.sheet.main+xml\"/>\
         <Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"{spreadsheet}.worksheet+xml\"/>\
         </Types>"
    );
    let book = format!(
        "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{REFERENCE}\"><sheets>\
         <sheet name=\"People\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
    );
    let mut writer = ZipWriter::new(BufWriter::new(File::create(path)?));
    for (name, content) in [
        ("[Content_Types].xml", types),
        (
            "_rels/.rels",
            relations("officeDocument", "xl/workbook.xml"),
        ),
        ("xl/workbook.xml", book),
        (
            "xl/_rels/workbook.xml.rels",
            relations("worksheet", "worksheets/sheet1.xml"),
        ),
    ] {
        writer.start_file(name, SimpleFileOptions::default())?;
        writer.write_all(content.as_bytes())?;
    }
    writer.start_file("xl/worksheets/sheet1.xml", SimpleFileOptions::default())?;
    write!(writer, "<worksheet xmlns=\"{MAIN}\"><sheetData>")?;
    let headers = HEADERS.map(str::to_owned);
    for (number, cells) in (1..).zip(std::iter::once(headers).chain((0..rows).map(person))) {
        write!(writer, "<row r=\"{number}\">")?;
        for (letter, cell) in ('A'..).zip(cells) {
            write!(
                writer,
                "<c r=\"{letter}{number}\" t=\"inlineStr\"><is><t>{cell}</t></is></c>"
            )?;
        }
        write!(writer, "</row>")?;
    }
    write!(writer, "</sheetData></worksheet>")?;
    writer.finish()?.flush()?;
    Ok(())
}

/// The largest resident size of this process in bytes, if the system reports it.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes << 10)
}
